import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ProblemError } from '../../cluster/problem.ts'
import { controlPlanePrograms, findRealControlPlane } from './find-control-plane.ts'
import {
  type ControlPlaneArchives,
  controlPlaneArchives,
  controlPlaneModules,
  type InstallKubernetesOptions,
  type InstallProgress,
  installKubernetes,
  type RunProgram,
} from './install-kubernetes.ts'

let cacheFolder: string

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'install-kubernetes-'))
})
afterEach(() => rm(cacheFolder, { recursive: true, force: true }))

/** A ustar archive, as the release engineers of Kubernetes and etcd make them. */
function tarGz(members: Readonly<Record<string, string>>): Buffer {
  const blocks: Buffer[] = []
  for (const [name, text] of Object.entries(members)) {
    const body = Buffer.from(text)
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000755\0', 100)
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write('0', 156)
    header.write('ustar\0', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    blocks.push(header, body, Buffer.alloc((512 - (body.length % 512)) % 512))
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

const big = 'kube-apiserver '.repeat(50_000)
const bodies: Readonly<Record<string, Buffer>> = {
  '/etcd.tar.gz': tarGz({ 'etcd-v1/README.md': 'read me', 'etcd-v1/etcd': 'the etcd', 'etcd-v1/etcdctl': '' }),
  '/server.tar.gz': tarGz({
    'kubernetes/LICENSES': 'x'.repeat(700),
    'kubernetes/server/bin/kube-apiserver': big,
    'kubernetes/server/bin/kubectl': 'not wanted',
    'kubernetes/server/bin/kube-controller-manager': 'the kube-controller-manager',
    'kubernetes/server/bin/kube-scheduler': 'the kube-scheduler',
  }),
}

function archivesAt(origin: string): ControlPlaneArchives {
  const hash = (algorithm: string, path: string): string =>
    createHash(algorithm)
      .update(bodies[path] ?? '')
      .digest('hex')
  const bin = 'kubernetes/server/bin'
  return {
    version: '1.36.0',
    platforms: {
      'linux/amd64': [
        {
          url: `${origin}/etcd.tar.gz`,
          algorithm: 'sha256',
          checksum: hash('sha256', '/etcd.tar.gz'),
          members: { etcd: 'etcd-v1/etcd' },
        },
        {
          url: `${origin}/server.tar.gz`,
          algorithm: 'sha512',
          checksum: hash('sha512', '/server.tar.gz'),
          members: {
            'kube-apiserver': `${bin}/kube-apiserver`,
            'kube-controller-manager': `${bin}/kube-controller-manager`,
            'kube-scheduler': `${bin}/kube-scheduler`,
          },
        },
      ],
    },
  }
}

const noGo: RunProgram = () => Promise.reject(new Error('spawn go ENOENT'))

/** A Go of the given version, whose build writes the four programs. */
const withGo =
  (version: string, exitCode = 0): RunProgram =>
  async (command, args, { onLine }) => {
    if (command === 'go') onLine(`go version go${version} linux/amd64`)
    else {
      onLine('building etcd')
      const [, folder = ''] = args
      if (exitCode === 0) for (const program of controlPlanePrograms) await writeFile(join(folder, program), 'built')
      else onLine('undefined: x')
    }
    return { exitCode: command === 'go' ? 0 : exitCode }
  }

const serve = (path: string): Response => {
  const body = bodies[path]
  return body === undefined ? new Response('no', { status: 404 }) : new Response(new Uint8Array(body))
}

async function install(more: Partial<InstallKubernetesOptions> = {}): Promise<{
  readonly result: Awaited<ReturnType<typeof installKubernetes>>
  readonly told: readonly InstallProgress[]
}> {
  const told: InstallProgress[] = []
  const result = await installKubernetes({
    cacheFolder,
    fetch: async (input) => serve(new URL(input instanceof Request ? input.url : input).pathname),
    run: noGo,
    onProgress: (progress) => told.push(progress),
    platform: 'linux/amd64',
    archives: archivesAt('https://example.test'),
    ...more,
  })
  return { result, told }
}

const left = async (): Promise<readonly string[]> => readdir(join(cacheFolder, 'kubernetes')).catch(() => [])

test('official archives are checked, unpacked, and found again', async () => {
  const { result, told } = await install()
  expect(result).toEqual({ folder: join(cacheFolder, 'kubernetes', '1.36.0'), version: '1.36.0', how: 'downloaded' })
  expect(await readFile(join(result.folder, 'kube-apiserver'), 'utf8')).toBe(big)
  expect((await readdir(result.folder)).sort()).toEqual([...controlPlanePrograms])
  expect((await stat(join(result.folder, 'etcd'))).mode & 0o777).toBe(0o755)
  expect(told.filter(({ step }) => step === 'unpack')).toEqual([
    { step: 'unpack', what: 'etcd.tar.gz' },
    { step: 'unpack', what: 'server.tar.gz' },
  ])
  const search = await findRealControlPlane({ env: {}, cacheFolder })
  expect(search.found).toBe(true)
  expect((await install({ fetch: () => Promise.reject(new Error('not again')) })).result.how).toBe('already-there')
})

test('over a real server, with bytes counted', async () => {
  const server = createServer((incoming, outgoing) => {
    const body = bodies[incoming.url ?? '']
    outgoing.writeHead(body === undefined ? 404 : 200, { 'content-length': body?.length ?? 0 }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const { result, told } = await install({ archives: archivesAt(`http://127.0.0.1:${port}`), fetch })
    expect(result.how).toBe('downloaded')
    const total = bodies['/server.tar.gz']?.length
    expect(told.findLast(({ step }) => step === 'download')).toEqual({
      step: 'download',
      what: 'server.tar.gz',
      done: total,
      total,
    })
  } finally {
    server.close()
  }
})

const brokenOff = async (): Promise<Response> =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array(10))
        controller.error(new Error('terminated'))
      },
    }),
  )

test.each<readonly [string, typeof fetch, RegExp]>([
  [
    'a wrong checksum',
    async () => new Response(new Uint8Array(bodies['/server.tar.gz'] ?? [])),
    /^https:\/\/example\.test\/etcd\.tar\.gz has sha256 [0-9a-f]{12}…, not the pinned [0-9a-f]{12}…; it was not used$/,
  ],
  [
    'an archive that ends early',
    async () => new Response(new Uint8Array(bodies['/etcd.tar.gz'] ?? []).slice(0, 60)),
    /has sha256 .* it was not used$/,
  ],
  ['a download that breaks off', brokenOff, /^https:\/\/example\.test\/etcd\.tar\.gz: terminated$/],
  ['an error of the server', async () => new Response('no', { status: 503 }), /etcd\.tar\.gz answered 503$/],
  [
    'a host that cannot be reached',
    () => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND example.test') })),
    /^https:\/\/example\.test\/etcd\.tar\.gz: getaddrinfo ENOTFOUND example\.test$/,
  ],
  [
    'a host that falls silent',
    (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
      }),
    /^https:\/\/example\.test\/etcd\.tar\.gz sent nothing for 0 s$/,
  ],
])('%s leads to building', async (name, fetchOf, reason) => {
  // Only the silent host is to be given up on; the others may take their time on a busy machine.
  const stallMs = name === 'a host that falls silent' ? 50 : 60_000
  const { result, told } = await install({ fetch: fetchOf, run: withGo('1.26.8'), stallMs })
  expect(result).toMatchObject({ version: '1.36.3', how: 'built' })
  const failure = told.find(({ step }) => step === 'download-failed')
  expect(failure !== undefined && 'reason' in failure ? failure.reason : '').toMatch(reason)
  expect(await readFile(join(result.folder, 'etcd'), 'utf8')).toBe('built')
  expect(await left()).toEqual(['1.36.3'])
})

test.each<readonly [string, RunProgram, string]>([
  ['no Go', noGo, 'Go is not installed'],
  ['an old Go', withGo('1.24.2'), 'Go 1.24 is too old, 1.26 is needed'],
  ['a build that fails', withGo('1.26.8', 2), 'build.sh ended with exit code 2: building etcd / undefined: x'],
])('with %s, a platform without archives is told both ways', async (_name, run, reason) => {
  const failure = await install({ platform: 'darwin/arm64', run }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ProblemError)
  expect(failure instanceof ProblemError ? failure.problem : undefined).toEqual({
    id: 'kubernetes-not-installed',
    what: 'The programs of a real Kubernetes control plane could not be installed.',
    why: `Download: there are no official archives for darwin/arm64. Build: ${reason}.`,
    fix: 'Reach dl.k8s.io and github.com, or install Go 1.26 or newer (https://go.dev/dl/), and run the command again; or set KUBEBUILDER_ASSETS to a folder that has them. `--kubernetes embedded` needs none.',
  })
  expect(await left()).toEqual([])
})

test('an interrupt leaves nothing behind, and starts no build', async () => {
  const interrupt = new AbortController()
  const running = install({
    signal: interrupt.signal,
    fetch: (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        interrupt.abort(new Error('interrupted'))
      }),
    run: () => Promise.reject(new Error('must not be asked')),
  })
  await expect(running).rejects.toThrow('interrupted')
  expect(await left()).toEqual([])
})

test('what a killed installation left is taken away, an incomplete folder is replaced', async () => {
  await mkdir(join(cacheFolder, 'kubernetes', '.partial-999999999-abcd'), { recursive: true })
  await mkdir(join(cacheFolder, 'kubernetes', '1.36.0'))
  await install()
  expect(await left()).toEqual(['1.36.0'])
})

test('the shipped list names all four programs for each of its platforms', () => {
  const { platforms } = controlPlaneArchives()
  expect(Object.keys(platforms)).toEqual(['linux/amd64', 'linux/arm64'])
  for (const list of Object.values(platforms)) {
    expect(list.flatMap(({ members }) => Object.keys(members)).sort()).toEqual([...controlPlanePrograms])
    for (const { algorithm, checksum } of list) expect(checksum).toHaveLength(algorithm === 'sha256' ? 64 : 128)
  }
})

test('the modules are shipped with their script', async () => {
  expect(await readdir(controlPlaneModules())).toEqual(expect.arrayContaining(['build.sh', 'etcd', 'go.mod', 'go.sum']))
})

test('an incomplete KUBEBUILDER_ASSETS is told with what it lacks', async () => {
  const assets = join(cacheFolder, 'assets')
  await mkdir(assets)
  for (const program of ['etcd', 'kube-apiserver', 'kubectl']) {
    await writeFile(join(assets, program), '')
    await chmod(join(assets, program), 0o755)
  }
  const search = await findRealControlPlane({ env: { KUBEBUILDER_ASSETS: assets }, cacheFolder })
  expect(search.found ? undefined : search.problem).toEqual({
    id: 'control-plane-not-found',
    what: 'The programs of a real Kubernetes control plane are not on this machine.',
    why: `KUBEBUILDER_ASSETS=${assets} lacks kube-controller-manager, kube-scheduler.`,
    fix: 'Run `eks-gpu local install-kubernetes`, or use `--kubernetes embedded`, which needs none.',
  })
  await install()
  expect(await findRealControlPlane({ env: { KUBEBUILDER_ASSETS: assets }, cacheFolder })).toMatchObject({
    found: true,
    from: 'cache',
  })
})
