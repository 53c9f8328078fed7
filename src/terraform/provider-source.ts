import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cliConfigWithMirrors, readUserCliConfig } from './cli-config.ts'
import { findProviderMirrors, type ProviderMirror } from './provider-mirrors.ts'
import { reachesRegistry } from './registry-reach.ts'
import { filesOf, type Workspace } from './workspace.ts'

/** Where providers come from in one run. */
export type ProviderSource = {
  /** Variables to add for Terraform; empty when the user's own settings hold. */
  readonly env: NodeJS.ProcessEnv
  /** Mirrors that take the registry's place; empty when the registry answers or the user chose. */
  readonly mirrors: readonly ProviderMirror[]
  readonly registryAnswers: boolean
  /** The user's own settings file, when there is one. */
  readonly userConfig: string | undefined
}

/**
 * Decides where `init` gets providers from: what the user's settings say, else the registry, else the mirrors that lie on
 * this machine when the registry does not answer. A settings file of our own is written for the run only.
 */
export async function chooseProviderSource(
  workspace: Workspace,
  home: string,
  sharedPluginCache: string | undefined,
  probe: (host: string, env: NodeJS.ProcessEnv) => Promise<boolean> = reachesRegistry,
): Promise<ProviderSource> {
  const { terraform, env } = workspace
  const user = readUserCliConfig(terraform.product, env, home)
  const files = filesOf(workspace)
  const mirrors = user.choosesProviders ? [] : findProviderMirrors(terraform.registry, env, home)
  // Without a mirror there is no choice to make, and init says best itself what it cannot reach.
  const registryAnswers = mirrors.length === 0 || (await probe(terraform.registry, env))
  const extra: NodeJS.ProcessEnv = {}
  if (!registryAnswers) {
    writeFileSync(files.cliConfig, cliConfigWithMirrors(user, mirrors))
    extra['TF_CLI_CONFIG_FILE'] = files.cliConfig
  } else {
    rmSync(files.cliConfig, { force: true })
    // A name of a file that is not there makes Terraform complain on every command.
    if (user.path === undefined && env['TF_CLI_CONFIG_FILE']) {
      writeFileSync(files.cliConfig, '')
      extra['TF_CLI_CONFIG_FILE'] = files.cliConfig
    }
    if (workspace.isolated && sharedPluginCache !== undefined && !user.choosesPluginCache) {
      const cache = join(sharedPluginCache, 'providers')
      mkdirSync(cache, { recursive: true })
      extra['TF_PLUGIN_CACHE_DIR'] = cache
      // The lock file of an isolated run is thrown away, so it may list this platform's checksum only.
      extra['TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE'] = '1'
    }
  }
  return { env: extra, mirrors: registryAnswers ? [] : mirrors, registryAnswers, userConfig: user.path }
}
