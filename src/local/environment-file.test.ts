import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EnvironmentRecord } from './environment.ts'
import { environmentFile, environmentFolders, readEnvironment, writeEnvironment } from './environment-file.ts'
import { environmentVariables } from './environment-variables.ts'
import { environmentState, findEnvironment } from './find-environment.ts'
import { listEnvironments } from './list-environments.ts'
import { environmentName, environmentsFolder } from './state-folder.ts'
import { stopEnvironment } from './stop-environment.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'eks-gpu-record-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

function record(directory: string): EnvironmentRecord {
  const name = environmentName(directory)
  return {
    version: 1,
    name,
    directory,
    home: join(environmentsFolder(home), name),
    asOf: '2026-11-23',
    kubernetes: 'auto',
    awsEndpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
    processes: [{ name: 'moto', pid: 2 ** 22 + 1, startedAt: '1' }],
    clusters: [],
  }
}

test('keeps a record that only the user reads, and finds it again', async () => {
  const written = record('/work/basic')
  await mkdir(written.home, { recursive: true })
  await writeEnvironment(written)
  expect((await stat(environmentFile(written.home))).mode & 0o777).toBe(0o600)
  expect(await readdir(written.home)).toEqual(['environment.json'])
  expect(await findEnvironment(home, '/work/basic')).toEqual(written)
  expect(await findEnvironment(home, '/work/other')).toBe(undefined)
  expect(await environmentState(written)).toBe('stopped')
  expect(await listEnvironments(home)).toEqual([{ record: written, state: 'stopped' }])
  expect(await stopEnvironment(written)).toEqual([])
  expect(await environmentFolders(home)).toEqual([])
})

test('takes a damaged record for none', async () => {
  const broken = record('/work/broken')
  await mkdir(broken.home, { recursive: true })
  await writeFile(environmentFile(broken.home), '{"version": 1')
  expect(await readEnvironment(broken.home)).toBe(undefined)
  expect(await listEnvironments(home)).toEqual([])
})

test('points the AWS tools at the environment and away from the user', () => {
  const variables = environmentVariables(record('/work/basic'), { region: 'us-east-1' })
  expect(variables).toMatchObject({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: 'us-east-1',
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    NO_PROXY: '127.0.0.1',
  })
  expect(variables['AWS_CONFIG_FILE']).toBe(join(record('/work/basic').home, 'aws-config'))
  expect('AWS_REGION' in environmentVariables(record('/work/basic'))).toBe(false)
})
