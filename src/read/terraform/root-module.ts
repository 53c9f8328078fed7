import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '../../cluster/problem.ts'
import { type HclBlock, type HclFile, parseHcl } from './hcl.ts'

/** One `.tf` file of a module. */
export type ModuleFile = { readonly name: string; readonly text: string; readonly hcl: HclFile }

/** The files of one folder that Terraform reads as a module. */
export type TerraformModule = {
  /** Absolute path. */
  readonly directory: string
  /** Files in HCL, sorted by name. */
  readonly files: readonly ModuleFile[]
  /** Names of files in JSON syntax (`*.tf.json`), which are not read for positions. */
  readonly jsonFiles: readonly string[]
  /** Whether a `backend` or `cloud` block says where state lives. */
  readonly hasBackend: boolean
}

/**
 * Reads the root module of a directory.
 * @throws ProblemError `directory-missing`, `directory-without-terraform`.
 */
export async function readRootModule(directory: string): Promise<TerraformModule> {
  if (!existsSync(directory))
    throw new ProblemError({
      id: 'directory-missing',
      what: `There is no directory ${directory}.`,
      fix: 'name the directory that holds your .tf files, for example examples/basic',
    })
  if (!statSync(directory).isDirectory())
    throw new ProblemError({
      id: 'directory-missing',
      what: `${directory} is a file, not a directory.`,
      fix: 'name the directory that holds your .tf files, for example examples/basic',
    })
  const module = await readModule(directory)
  if (module.files.length === 0 && module.jsonFiles.length === 0)
    throw new ProblemError({
      id: 'directory-without-terraform',
      what: `${directory} holds no .tf or .tf.json file, so it is not a Terraform root module.`,
      fix: 'name the directory that holds your .tf files, or copy examples/basic there to start with',
    })
  return module
}

/** Reads any folder as a module; one without Terraform files gives an empty module. */
export async function readModule(directory: string): Promise<TerraformModule> {
  const names = existsSync(directory) ? readdirSync(directory).sort() : []
  const files: ModuleFile[] = []
  for (const name of names.filter((entry) => isConfiguration(entry, '.tf'))) {
    const text = readFileSync(join(directory, name), 'utf8')
    files.push({ name, text, hcl: await parseHcl(text) })
  }
  const jsonFiles = names.filter((entry) => isConfiguration(entry, '.tf.json'))
  return {
    directory,
    files,
    jsonFiles,
    hasBackend:
      files.some((file) => settingsBlocks(file).some(({ type }) => type === 'backend' || type === 'cloud')) ||
      jsonFiles.some((name) => jsonHasBackend(join(directory, name))),
  }
}

function isConfiguration(name: string, ending: string): boolean {
  return name.endsWith(ending) && !name.startsWith('.') && !name.endsWith('~') && !name.startsWith('#')
}

function settingsBlocks(file: ModuleFile): readonly HclBlock[] {
  return file.hcl.body.blocks.filter((block) => block.type === 'terraform').flatMap((block) => block.body.blocks)
}

function jsonHasBackend(path: string): boolean {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof json !== 'object' || json === null || !('terraform' in json)) return false
    return [json.terraform]
      .flat()
      .some(
        (settings) =>
          typeof settings === 'object' && settings !== null && ('backend' in settings || 'cloud' in settings),
      )
  } catch {
    return false
  }
}
