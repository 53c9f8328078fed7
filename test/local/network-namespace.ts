import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** A network of its own, with a loopback device and nothing else; who asks for a name is recorded. */
export type NetworkNamespace = {
  /** What stands before a command that is to run inside. */
  readonly inside: readonly string[]
  /** Hosts that were called so far, each once, sorted. */
  hosts(): readonly string[]
  close(): void
}

/** Whether this machine lets its user make one: Linux with unshare, nsenter, ip and user namespaces. */
export function namespacesWork(): boolean {
  const { status } = spawnSync('unshare', [...flags, 'sh', '-c', 'ip link set lo up && command -v nsenter'])
  return status === 0
}

const flags = ['--map-root-user', '--net', '--mount']

/** Opens a namespace; throws with what was printed when it does not come up. */
export async function openNetworkNamespace(): Promise<NetworkNamespace> {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-namespace-'))
  const resolver = join(folder, 'resolv.conf')
  const log = join(folder, 'hosts')
  writeFileSync(resolver, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
  writeFileSync(log, '')
  const script = [
    'ip link set lo up',
    'ip address add 169.254.169.254/32 dev lo',
    'mount --bind "$1" /etc/resolv.conf',
    'exec "$2" --import tsx test/local/record-hosts.ts "$3"',
  ].join(' && ')
  const child = spawn('unshare', [...flags, 'sh', '-c', script, 'sh', resolver, process.execPath, log], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  await new Promise<void>((done, fail) => {
    const read = (text: Buffer): void => {
      printed += text.toString()
      if (printed.includes('ready')) done()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('error', fail)
    child.on('close', () => fail(new Error(`the namespace ended: ${printed}`)))
  })
  return {
    inside: ['nsenter', '--user', '--net', '--mount', '--preserve-credentials', '--target', String(child.pid)],
    hosts: () => [...new Set(readFileSync(log, 'utf8').split('\n').filter(Boolean))].sort(),
    close: () => {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
