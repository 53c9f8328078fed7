import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readServerVersion } from './server-version.ts'

test.for([
  { answer: '{"serverVersion": {"gitVersion": "v1.34.2-eks-1a2b3c"}}', version: 'v1.34.2-eks-1a2b3c' },
  { answer: '{"clientVersion": {"gitVersion": "v1.36.0"}}', version: undefined },
  { answer: 'Client Version: v1.27', version: undefined },
])('$answer', async ({ answer, version }) => {
  const folder = await mkdtemp(join(tmpdir(), 'server-version-'))
  const program = join(folder, 'kubectl')
  await writeFile(program, `#!/bin/sh\necho '${answer}'\n`)
  await chmod(program, 0o755)
  expect(await readServerVersion({ program, env: process.env })).toBe(version)
  await rm(folder, { recursive: true })
})

test('without kubectl there is none', async () => {
  expect(await readServerVersion({ program: '/nowhere/kubectl', env: {} })).toBeUndefined()
})
