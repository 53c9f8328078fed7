import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ProblemError } from '../../cluster/problem.ts'
import { extractTarMembers } from './extract-tar-members.ts'
import { controlPlanePrograms, findRealControlPlane } from './find-control-plane.ts'

/** Where the installation is; `done` and `total` are bytes, when they are known. */
export type InstallProgress =
  | { readonly step: 'download'; readonly what: string; readonly done: number; readonly total: number | undefined }
  | { readonly step: 'unpack'; readonly what: string }
  | { readonly step: 'download-failed'; readonly reason: string }
  /** A line of the build's output, such as `building kube-apiserver v1.36.3`. */
  | { readonly step: 'build'; readonly what: string }

/** Runs a program to its end. Must end it when `signal` aborts. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  options: { readonly onLine: (line: string) => void; readonly signal: AbortSignal | undefined },
) => Promise<{ readonly exitCode: number }>

export type InstallKubernetesOptions = {
  /** The user's cache; programs go to `<cacheFolder>/kubernetes/<version>`. */
  readonly cacheFolder: string
  readonly fetch: typeof globalThis.fetch
  readonly run: RunProgram
  readonly onProgress: (progress: InstallProgress) => void
  /** Ends the installation; what is unfinished is taken away. */
  readonly signal?: AbortSignal
  /** `linux/amd64` and the like, as Go writes it; this machine's when left out. */
  readonly platform?: string
  /** Other archives than the shipped list, for tests and mirrors. */
  readonly archives?: ControlPlaneArchives
  /** Folder with the Go modules and `build.sh`; ours when left out. */
  readonly modulesFolder?: string
  /** Milliseconds without a byte after which a download counts as dead. */
  readonly stallMs?: number
}

export type InstalledKubernetes = {
  readonly folder: string
  readonly version: string
  readonly how: 'already-there' | 'downloaded' | 'built'
}

/** One archive with programs in it. */
type ControlPlaneArchive = {
  readonly url: string
  readonly algorithm: 'sha256' | 'sha512'
  /** Lower-case hexadecimal. */
  readonly checksum: string
  /** Program to the name of its member in the archive. */
  readonly members: Readonly<Record<string, string>>
}

export type ControlPlaneArchives = {
  readonly version: string
  readonly platforms: Readonly<Record<string, readonly ControlPlaneArchive[]>>
}

const archivesSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  version: z.string(),
  platforms: z.record(
    z.string(),
    z.array(
      z.strictObject({
        url: z.url(),
        algorithm: z.enum(['sha256', 'sha512']),
        checksum: z.string().regex(/^[0-9a-f]+$/),
        members: z.record(z.string(), z.string()),
      }),
    ),
  ),
})

/** The official archives that we know the checksums of. */
export function controlPlaneArchives(): ControlPlaneArchives {
  const file = new URL('./data/control-plane-binaries.json', import.meta.url)
  return archivesSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** The Go modules that we ship to build the programs from. */
export function controlPlaneModules(): string {
  return fileURLToPath(new URL('../../../test/control-plane', import.meta.url))
}

/**
 * Fills the cache with etcd, kube-apiserver, kube-controller-manager and kube-scheduler: official archives, checked
 * against pinned checksums before anything of them is used; where those cannot be had, built from their public modules
 * when Go 1.26 is there. The folder of a version appears complete or not at all. Throws a {@link ProblemError} that names
 * both ways when neither works.
 */
export async function installKubernetes(options: InstallKubernetesOptions): Promise<InstalledKubernetes> {
  const { cacheFolder, signal } = options
  const present = await findRealControlPlane({ env: {}, cacheFolder })
  if (present.found)
    return { folder: present.folder, version: present.folder.split(/[\\/]/).at(-1) ?? '', how: 'already-there' }

  const parent = join(cacheFolder, 'kubernetes')
  await mkdir(parent, { recursive: true })
  await removeLeftovers(parent)
  const partial = join(parent, `.partial-${process.pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(partial)
  try {
    const target = options.platform ?? thisPlatform()
    const archives = options.archives ?? controlPlaneArchives()
    const list = archives.platforms[target] ?? []
    const download = await attempt(async () => {
      if (list.length === 0) throw new Error(`there are no official archives for ${target}`)
      for (const archive of list) await fetchArchive(archive, partial, options)
      return archives.version
    }, signal)
    if (download.ok)
      return { folder: await finish(parent, partial, download.value), version: download.value, how: 'downloaded' }

    options.onProgress({ step: 'download-failed', reason: download.reason })
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial)
    const build = await attempt(() => buildPrograms(partial, options), signal)
    if (build.ok) return { folder: await finish(parent, partial, build.value), version: build.value, how: 'built' }
    throw new ProblemError({
      id: 'kubernetes-not-installed',
      what: 'The programs of a real Kubernetes control plane could not be installed.',
      why: `Download: ${download.reason}. Build: ${build.reason}.`,
      fix: 'Reach dl.k8s.io and github.com, or install Go 1.26 or newer (https://go.dev/dl/), and run the command again; or set KUBEBUILDER_ASSETS to a folder that has them. `--kubernetes embedded` needs none.',
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

async function finish(parent: string, partial: string, version: string): Promise<string> {
  for (const program of controlPlanePrograms) await chmod(join(partial, program), 0o755)
  const folder = join(parent, version)
  // An incomplete folder of that name is what an older version of ours, or a person, left.
  await rm(folder, { recursive: true, force: true })
  await rename(partial, folder)
  return folder
}

async function fetchArchive(
  archive: ControlPlaneArchive,
  folder: string,
  options: InstallKubernetesOptions,
): Promise<void> {
  const name = archive.url.slice(archive.url.lastIndexOf('/') + 1)
  const file = join(folder, name)
  const stallMs = options.stallMs ?? 30_000
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), stallMs)
  const onBytes = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), stallMs)
  }
  const hash = createHash(archive.algorithm)
  try {
    const signals = options.signal === undefined ? [stalled.signal] : [stalled.signal, options.signal]
    const response = await options.fetch(archive.url, { signal: AbortSignal.any(signals), redirect: 'follow' })
    if (!response.ok || response.body === null) throw new Error(`${archive.url} answered ${response.status}`)
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) && length > 0 ? length : undefined
    let done = 0
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, callback) => {
        onBytes()
        done += chunk.length
        hash.update(chunk)
        options.onProgress({ step: 'download', what: name, done, total })
        callback(undefined, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file))
  } catch (error) {
    if (stalled.signal.aborted) throw new Error(`${archive.url} sent nothing for ${Math.round(stallMs / 1000)} s`)
    throw new Error(`${archive.url}: ${reasonOf(error)}`)
  } finally {
    clearTimeout(timer)
  }
  const found = hash.digest('hex')
  if (found !== archive.checksum)
    throw new Error(
      `${archive.url} has ${archive.algorithm} ${found.slice(0, 12)}…, not the pinned ${archive.checksum.slice(0, 12)}…; it was not used`,
    )
  options.onProgress({ step: 'unpack', what: name })
  await extractTarMembers(
    file,
    new Map(Object.entries(archive.members).map(([program, member]) => [member, join(folder, program)])),
  )
  await rm(file)
}

async function buildPrograms(folder: string, options: InstallKubernetesOptions): Promise<string> {
  const modules = options.modulesFolder ?? controlPlaneModules()
  const { signal } = options
  const lines: string[] = []
  const goVersion = await options
    .run('go', ['version'], { onLine: (line) => lines.push(line), signal })
    .then(({ exitCode }) => (exitCode === 0 ? /\bgo1\.(\d+)/.exec(lines.join('\n')) : null))
    .catch((): null => null)
  if (goVersion === null) throw new Error('Go is not installed')
  if (Number(goVersion[1]) < 26) throw new Error(`Go 1.${goVersion[1]} is too old, 1.26 is needed`)
  const version = /^\s*k8s\.io\/kubernetes v(\S+)/m.exec(await readFile(join(modules, 'go.mod'), 'utf8'))?.[1]
  if (version === undefined) throw new Error(`${join(modules, 'go.mod')} does not require k8s.io/kubernetes`)
  const last: string[] = []
  const { exitCode } = await options.run('sh', [join(modules, 'build.sh'), folder], {
    onLine: (line) => {
      last.push(line)
      if (last.length > 5) last.shift()
      options.onProgress({ step: 'build', what: line })
    },
    signal,
  })
  if (exitCode !== 0) throw new Error(`build.sh ended with exit code ${exitCode}: ${last.join(' / ')}`)
  return version
}

/** Runs a step; a failure becomes its reason, but an interrupt is passed on. */
async function attempt<T>(
  step: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }> {
  signal?.throwIfAborted()
  try {
    return { ok: true, value: await step() }
  } catch (error) {
    signal?.throwIfAborted()
    return { ok: false, reason: reasonOf(error).replace(/\.$/, '') }
  }
}

/** fetch hides what went wrong in a chain of causes. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.message === 'fetch failed' ? reasonOf(error.cause) : error.message
}

/** Takes away what interrupted installations left, but not those that still run. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/^\.partial-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid) || isAlive(pid)) continue
    await rm(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function thisPlatform(): string {
  const machine = arch()
  return `${platform()}/${machine === 'x64' ? 'amd64' : machine}`
}
