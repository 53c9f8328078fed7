import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Kubectl } from './kubectl.ts'
import { withOneToken } from './with-one-token.ts'

/** A kubectl whose kubeconfig asks a program that prints this. */
function kubectlOf(prints: string): Kubectl {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'kubeconfig')
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', `process.stdout.write(process.env.PRINTED)`],
    env: [{ name: 'PRINTED', value: prints }],
    interactiveMode: 'Never',
  }
  writeFileSync(
    path,
    stringify({
      'current-context': 'ai',
      clusters: [{ name: 'ai', cluster: { server: 'https://127.0.0.1' } }],
      users: [{ name: 'ai', user: { exec } }],
    }),
  )
  return { program: 'kubectl', kubeconfig: path, env: { PATH: process.env['PATH'] } }
}

test('the work gets a kubeconfig with a token, which only its owner reads and which is gone afterwards', async () => {
  const kubectl = kubectlOf(JSON.stringify({ kind: 'ExecCredential', status: { token: 'k8s-aws-v1.x' } }))
  const used = await withOneToken(kubectl, async ({ kubeconfig, program }) => ({
    kubeconfig,
    program,
    mode: statSync(kubeconfig).mode & 0o777,
    text: readFileSync(kubeconfig, 'utf8'),
  }))
  expect(parse(used.text)).toEqual({
    'current-context': 'ai',
    clusters: [{ name: 'ai', cluster: { server: 'https://127.0.0.1' } }],
    users: [{ name: 'ai', user: { token: 'k8s-aws-v1.x' } }],
  })
  expect([used.program, used.mode, existsSync(used.kubeconfig)]).toEqual(['kubectl', 0o600, false])
})

test('it is gone when the work fails, too', async () => {
  const kubectl = kubectlOf(JSON.stringify({ status: { token: 't' } }))
  let path = ''
  const work = withOneToken(kubectl, ({ kubeconfig }) => {
    path = kubeconfig
    return Promise.reject(new Error('no'))
  })
  await expect(work).rejects.toThrow('no')
  expect(existsSync(path)).toBe(false)
})

test.each(['', 'no JSON', '{"status":{}}'])('kubectl asks by itself when the program answers %j', async (prints) => {
  const kubectl = kubectlOf(prints)
  expect(await withOneToken(kubectl, (used) => Promise.resolve(used))).toBe(kubectl)
})

test('kubectl says by itself what is wrong with a kubeconfig', async () => {
  const kubectl: Kubectl = { program: 'kubectl', kubeconfig: '/nowhere/kubeconfig', env: {} }
  expect(await withOneToken(kubectl, (used) => Promise.resolve(used))).toBe(kubectl)
})
