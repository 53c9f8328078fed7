import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Terraform } from '../find-terraform.ts'
import type { Workspace } from '../workspace.ts'

/** A new folder under the system's temporary one, removed when the test that asks for it has ended. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `eks-gpu-${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** Writes an executable that runs a Node script with `args`, `say(line)` and `env` in scope; returns its path. */
export function writeProgram(folder: string, name: string, body: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  const script = [
    `#!${process.execPath}`,
    "const fs = require('node:fs')",
    'const args = process.argv.slice(2)',
    'const env = process.env',
    "const say = (value) => fs.writeSync(1, (typeof value === 'string' ? value : JSON.stringify(value)) + '\\n')",
    "const hook = (type, addr, action, more = {}) => say({ type, '@message': '', hook: { resource: { addr, resource_type: addr.split('.').at(-2) ?? '' }, action, ...more } })",
    body,
  ]
  writeFileSync(path, script.join('\n'))
  chmodSync(path, 0o755)
  return path
}

/** A fake Terraform of a version that passes; `body` answers every command but `version`. */
export function fakeTerraform(folder: string, body: string): Terraform {
  const path = writeProgram(
    folder,
    'terraform',
    `if (args[0] === 'version') { say({ terraform_version: '1.11.4' }); process.exit(0) }\n${body}`,
  )
  return { path, product: 'terraform', version: '1.11.4', registry: 'registry.terraform.io', initSpeaksJson: true }
}

/** A workspace in a new folder, isolated, with the program given. */
export function fakeWorkspace(body: string): Workspace {
  const base = temporaryFolder('workspace')
  const directory = join(base, 'root')
  const folder = join(base, 'folder')
  mkdirSync(directory)
  mkdirSync(folder)
  return {
    terraform: fakeTerraform(join(base, 'bin'), body),
    directory,
    folder,
    env: { PATH: process.env['PATH'] },
    isolated: true,
    variables: [],
  }
}
