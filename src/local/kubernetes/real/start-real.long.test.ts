import { access, chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ProblemError } from '../../../cluster/problem.ts'
import { userCacheFolder } from '../../user-cache-folder.ts'
import { openKubernetesClient } from '../client.ts'
import type { ControlPlane, ControlPlaneOptions, EksGate } from '../control-plane.ts'
import { type ControlPlanePaths, controlPlanePrograms, findRealControlPlane, pathsIn } from '../find-control-plane.ts'
import { startRealFrom } from './start-real.ts'

const search = await findRealControlPlane({ env: process.env, cacheFolder: userCacheFolder(process.env) })

const gate: EksGate = {
  authenticate: async () => ({ refused: 'nobody has a token here' }),
  authorize: async () => 'no-opinion',
  admitPod: async (pod) => pod,
  containerLog: async () => undefined,
}

let directory: string
const options = (more: Partial<ControlPlaneOptions> = {}): ControlPlaneOptions => ({
  clusterName: 'start',
  kubernetesVersion: '1.36',
  directory,
  serviceCidr: '172.20.0.0/16',
  gate,
  ...more,
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const pidOf = (plane: ControlPlane, name: string): number | undefined =>
  plane.processes.find((program) => program.name === name)?.pid

async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
    const value = await read().catch(() => undefined)
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error('it did not happen within 30 s')
  }
}

if (!search.found) {
  test('a real control plane starts', ({ skip }) => {
    skip(`starting a real control plane was skipped: ${search.problem.why} ${search.problem.fix}`)
  })
} else {
  describe('a real control plane', () => {
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'start-real-'))
    })
    afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))

    test('ends with all its programs, and begins again in the same folder with the same data', async () => {
      const first = await startRealFrom(search.paths, options())
      const pids = first.processes.map(({ pid }) => pid)
      expect(first.processes.map(({ name }) => name).sort()).toEqual([...controlPlanePrograms])
      const client = openKubernetesClient(first)
      const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' }, data: { a: '1' } }
      expect(await client.send('POST', '/api/v1/namespaces/default/configmaps', settings)).toMatchObject({
        status: 201,
      })
      client.close()
      await first.stop()
      expect(pids.filter(isAlive)).toEqual([])
      expect(first.processes).toEqual([])

      const second = await startRealFrom(search.paths, options())
      try {
        expect(second.certificateAuthority).toBe(first.certificateAuthority)
        const again = openKubernetesClient(second)
        expect(await again.send('GET', '/api/v1/namespaces/default/configmaps/kept')).toMatchObject({
          status: 200,
          body: { data: { a: '1' } },
        })
        again.close()
      } finally {
        await second.stop()
      }
    })

    test('a program that dies is started again, and is told of', async () => {
      const told: (readonly string[])[] = []
      const plane = await startRealFrom(
        search.paths,
        options({ onProcessesChange: (programs) => told.push(programs.map(({ name }) => name).sort()) }),
      )
      const client = openKubernetesClient(plane)
      try {
        for (const name of controlPlanePrograms) {
          const before = pidOf(plane, name)
          if (before === undefined) throw new Error(`${name} does not run`)
          process.kill(before, 'SIGKILL')
          await eventually(async () => {
            const now = pidOf(plane, name)
            return now === undefined || now === before ? undefined : now
          })
        }
        await eventually(async () => ((await client.send('GET', '/readyz')).status === 200 ? true : undefined))
        expect(told.at(-1)).toEqual([...controlPlanePrograms])
        const log = await readFile(join(directory, 'logs', 'control-plane.log'), 'utf8')
        expect(log).toMatch(/Z kube-scheduler ended by itself: signal SIGKILL\n.*Z starting kube-scheduler again\n/)
      } finally {
        client.close()
        await plane.stop()
      }
    })

    test('keeps keys from other users of the machine', async () => {
      const plane = await startRealFrom(search.paths, options())
      try {
        const other = openKubernetesClient({ ...plane, admin: { certificate: '', key: '' } })
        expect(await other.send('GET', '/api/v1/secrets')).toMatchObject({ status: 401 })
        expect(await other.send('GET', '/version')).toMatchObject({ status: 401 })
        expect(await other.send('GET', '/readyz')).toMatchObject({ status: 200 })
        other.close()
      } finally {
        await plane.stop()
      }
    })

    /** The programs, one of them a script of ours. */
    const withScript = async (name: keyof ControlPlanePaths, script: string): Promise<ControlPlanePaths> => {
      const folder = await mkdtemp(join(directory, 'programs-'))
      for (const program of controlPlanePrograms)
        if (program !== name) await symlink(search.paths[program], join(folder, program))
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
      await chmod(join(folder, name), 0o755)
      return pathsIn(folder)
    }

    test('a program that refuses to start is told with its last words, and nothing is left', async () => {
      const paths = await withScript('kube-apiserver', 'echo "Error: unknown flag: --etcd-servers" >&2; exit 1')
      let seen: ControlPlane['processes'] = []
      const failure = await startRealFrom(
        paths,
        options({
          onProcessesChange: (programs) => {
            seen = programs
          },
        }),
      ).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ProblemError)
      expect(failure instanceof ProblemError ? failure.problem : undefined).toMatchObject({
        id: 'control-plane-not-ready',
        what: 'The local Kubernetes control plane did not start: kube-apiserver: exit code 1.',
        detail: ['Error: unknown flag: --etcd-servers'],
      })
      expect(seen).toEqual([])
    })

    test('a port that another program takes in between is given up for another', async () => {
      // Says what etcd says for a port in use, the first time.
      const mark = join(directory, 'tried')
      const paths = await withScript(
        'etcd',
        `if [ ! -e ${mark} ]; then touch ${mark}; echo "listen tcp 127.0.0.1:1: bind: address already in use" >&2; exit 1; fi\nexec ${search.paths.etcd} "$@"`,
      )
      const plane = await startRealFrom(paths, options())
      try {
        await access(mark)
        expect(plane.processes).toHaveLength(4)
      } finally {
        await plane.stop()
      }
    })

    test('a resume onto a port that is taken says so', async () => {
      const plane = await startRealFrom(search.paths, options())
      const port = Number(new URL(plane.endpoint).port)
      const squatter = createServer()
      try {
        await plane.interrupt()
        await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve))
        await expect(plane.resume()).rejects.toThrow(/did not start/)
      } finally {
        squatter.close()
        await plane.stop()
      }
    })
  })
}
