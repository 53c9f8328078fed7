import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readUserCliConfig } from './cli-config.ts'
import { findProviderMirrors } from './provider-mirrors.ts'
import { chooseProviderSource } from './provider-source.ts'
import { proxyFor, reachesRegistry } from './registry-reach.ts'
import { fakeWorkspace, temporaryFolder } from './testing/fake-terraform.ts'
import { filesOf } from './workspace.ts'

function mirrorIn(path: string, ...providers: readonly string[]): string {
  for (const provider of providers) mkdirSync(join(path, provider, '5.100.0', 'linux_amd64'), { recursive: true })
  return path
}

const aws = 'registry.terraform.io/hashicorp/aws'
const none = async () => false
const always = async () => true

describe('findProviderMirrors', () => {
  test("looks into Terraform's own folders and one level below the roots, in that order", () => {
    const home = temporaryFolder('home')
    const root = temporaryFolder('root')
    const own = mirrorIn(join(home, '.terraform.d', 'plugins'), aws)
    const data = mirrorIn(join(home, 'data', 'terraform', 'plugins'), 'registry.terraform.io/hashicorp/random')
    const vendor = mirrorIn(join(root, 'vendor'), aws, 'registry.opentofu.org/hashicorp/aws')
    mkdirSync(join(root, 'other', 'registry.terraform.io', 'empty'), { recursive: true })
    const env = { XDG_DATA_HOME: join(home, 'data'), XDG_DATA_DIRS: join(home, 'nothing') }
    expect(findProviderMirrors('registry.terraform.io', env, home, [root])).toEqual([
      { path: own, providers: [aws] },
      { path: data, providers: ['registry.terraform.io/hashicorp/random'] },
      { path: vendor, providers: [aws] },
    ])
    expect(findProviderMirrors('registry.opentofu.org', env, home, [root])).toEqual([
      { path: vendor, providers: ['registry.opentofu.org/hashicorp/aws'] },
    ])
  })
})

describe('chooseProviderSource', () => {
  const prepare = (env: NodeJS.ProcessEnv = {}) => {
    const workspace = fakeWorkspace('')
    const home = temporaryFolder('home')
    const mirror = mirrorIn(join(home, '.terraform.d', 'plugins'), aws)
    return {
      workspace: { ...workspace, env: { XDG_DATA_HOME: join(home, 'x'), XDG_DATA_DIRS: join(home, 'x'), ...env } },
      home,
      mirror,
    }
  }

  test('adds mirrors to the settings of the user when the registry is silent', async () => {
    const { workspace, home } = prepare()
    writeFileSync(join(home, '.terraformrc'), 'plugin_cache_dir = "/cache"\n')
    const source = await chooseProviderSource(workspace, home, undefined, none)
    const file = filesOf(workspace).cliConfig
    expect(source.env).toEqual({ TF_CLI_CONFIG_FILE: file })
    expect(source.userConfig).toBe(join(home, '.terraformrc'))
    const text = readFileSync(file, 'utf8')
    expect(text.startsWith('plugin_cache_dir = "/cache"\n\nprovider_installation {\n')).toBe(true)
    expect(text).toContain(`path    = "${join(home, '.terraform.d', 'plugins')}"`)
    expect(text).toContain(`exclude = ["${aws}"`)
  })

  test('leaves a user alone who says where providers come from', async () => {
    const { workspace, home } = prepare()
    writeFileSync(join(home, '.terraformrc'), '# mine\nprovider_installation {\n  direct {}\n}\n')
    expect(await chooseProviderSource(workspace, home, undefined, none)).toMatchObject({
      env: {},
      mirrors: [],
      registryAnswers: true,
    })
  })

  test('takes the registry when it answers', async () => {
    const { workspace, home } = prepare()
    expect(await chooseProviderSource(workspace, home, undefined, always)).toMatchObject({ env: {}, mirrors: [] })
  })

  test('shares downloads between isolated runs', async () => {
    const { workspace, home } = prepare()
    const cache = temporaryFolder('cache')
    expect((await chooseProviderSource(workspace, home, cache, always)).env).toEqual({
      TF_PLUGIN_CACHE_DIR: join(cache, 'providers'),
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
    })
  })

  test('mends TF_CLI_CONFIG_FILE when it names a file that is not there', async () => {
    const { workspace, home } = prepare({ TF_CLI_CONFIG_FILE: '/nonexistent/terraformrc' })
    const file = filesOf(workspace).cliConfig
    expect((await chooseProviderSource(workspace, home, undefined, always)).env).toEqual({ TF_CLI_CONFIG_FILE: file })
    expect(readFileSync(file, 'utf8')).toBe('')
  })
})

test.each([
  ['a comment', '# provider_installation {\n', false],
  ['a block comment', '/*\nprovider_installation {\n*/', false],
  ['a block', '  provider_installation {\n}', true],
])('readUserCliConfig sees %s', (_, text, expected) => {
  const home = temporaryFolder('home')
  writeFileSync(join(home, '.terraformrc'), text)
  expect(readUserCliConfig('terraform', {}, home).choosesProviders).toBe(expected)
  expect(dirname(readUserCliConfig('tofu', {}, home).path ?? '')).toBe(home)
})

describe('proxyFor', () => {
  test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.terraform.io' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'terraform.io:443' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', no_proxy: '*' }, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'form.io, localhost' }, 'http://proxy:3128/'],
  ])('%j', (env, expected) => {
    expect(proxyFor('registry.terraform.io', env)?.href).toBe(expected)
  })
})

describe('reachesRegistry', () => {
  test('is no for a name that does not resolve', async () => {
    expect(await reachesRegistry('registry.invalid', {}, 1_000)).toBe(false)
  })

  test('is no through a proxy that refuses or does not speak TLS, and never hangs', async () => {
    const seen: string[] = []
    const server = createServer()
    server.on('connect', (request, socket) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization']}`)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      expect(
        await reachesRegistry('registry.example', { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` }, 1_000),
      ).toBe(false)
      expect(seen).toEqual([`registry.example:443 Basic ${Buffer.from('me:secret').toString('base64')}`])
    } finally {
      server.close()
    }
  })
})
