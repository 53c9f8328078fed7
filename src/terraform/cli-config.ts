import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Terraform } from './find-terraform.ts'
import type { ProviderMirror } from './provider-mirrors.ts'

/** The user's own settings for Terraform's command line. */
export type UserCliConfig = {
  /** Absolute path, or `undefined` when there is no such file (also when TF_CLI_CONFIG_FILE names one that is missing). */
  readonly path: string | undefined
  readonly text: string
  /** Whether it says where providers come from; then that holds and we add nothing. */
  readonly choosesProviders: boolean
  readonly choosesPluginCache: boolean
}

/** Reads the settings that Terraform or OpenTofu would read itself. */
export function readUserCliConfig(product: Terraform['product'], env: NodeJS.ProcessEnv, home: string): UserCliConfig {
  const named = env['TF_CLI_CONFIG_FILE'] || env['TERRAFORM_CONFIG']
  const usual = product === 'tofu' ? ['.tofurc', '.terraformrc'] : ['.terraformrc']
  const path = (named ? [named] : usual.map((name) => join(home, name))).find(
    (file) => existsSync(file) && statSync(file).isFile(),
  )
  const text = path === undefined ? '' : readFileSync(path, 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\/|(?:#|\/\/).*$/gm, '')
  return {
    path,
    text,
    choosesProviders:
      /^\s*provider_installation\s*\{/m.test(code) || Boolean(env['TF_CLI_ARGS_init']?.includes('-plugin-dir')),
    choosesPluginCache: /^\s*plugin_cache_dir\s*=/m.test(code) || Boolean(env['TF_PLUGIN_CACHE_DIR']),
  }
}

/**
 * Text of a settings file that keeps the user's and takes from the mirrors what they have, the rest from the registry.
 * Must not be called when the user {@link UserCliConfig.choosesProviders chooses providers}: a second block is an error.
 */
export function cliConfigWithMirrors(user: UserCliConfig, mirrors: readonly ProviderMirror[]): string {
  const mirrored = [...new Set(mirrors.flatMap((mirror) => mirror.providers))].sort()
  const blocks = mirrors.flatMap((mirror) => [
    '  filesystem_mirror {',
    `    path    = ${quoted(mirror.path)}`,
    `    include = ${list(mirror.providers)}`,
    '  }',
  ])
  return [
    ...(user.text.trim() === '' ? [] : [user.text.trimEnd(), '']),
    'provider_installation {',
    ...blocks,
    '  direct {',
    `    exclude = ${list(mirrored)}`,
    '  }',
    '}',
    '',
  ].join('\n')
}

function list(items: readonly string[]): string {
  return `[${items.map(quoted).join(', ')}]`
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{')
}
