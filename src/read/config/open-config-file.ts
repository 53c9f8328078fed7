import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { extname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LineCounter, parseDocument } from 'yaml'
import { type Problem, ProblemError } from '../../cluster/problem.ts'
import type { Locate } from './check-config.ts'
import { documentEndings, isConfigProgram, isFile, programEndings } from './config-file-names.ts'
import { literalPosition, offsetOf } from './literal-position.ts'
import type { ProgramAnswer } from './program/program-answer.ts'
import { stripsTypes } from './strips-types.ts'
import { writtenPositions } from './written-positions.ts'

/** What a configuration file says, unchecked, and where. */
export type OpenedConfig = { readonly value: unknown; readonly locate: Locate }

/**
 * Reads a configuration: TypeScript and JavaScript are imported in a process of their own, JSON and YAML are parsed.
 * @param path absolute. @param from folder that paths in messages are relative to. @param tell takes what the file prints.
 * @throws ProblemError `config-missing`, `config-unknown-ending`, `config-malformed`, `config-threw`, `config-import-missing`,
 *   `config-without-default`, `config-not-data`, `config-ended`, each with file, line and column where there are any.
 */
export async function openConfigFile(
  path: string,
  from: string,
  env: NodeJS.ProcessEnv,
  tell: (text: string) => void,
): Promise<OpenedConfig> {
  const name = relative(from, path) || path
  if (!isFile(path))
    throw new ProblemError({
      id: 'config-missing',
      what: `There is no file ${name}.`,
      fix: 'name a cluster.ts, .json or .yaml; "eks-gpu init" writes one',
    })
  if (isConfigProgram(path)) return openProgram(path, from, env, tell)
  if (documentEndings.includes(extname(path))) return openDocument(path, name)
  throw new ProblemError({
    id: 'config-unknown-ending',
    what: `${name} is no configuration that can be read: its name ends with ${extname(path) || 'nothing'}.`,
    fix: `name a file that ends with one of ${[...programEndings, ...documentEndings].join(', ')}`,
  })
}

function openDocument(path: string, name: string): OpenedConfig {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const at = counter.linePos(error.pos[0])
    throw new ProblemError({
      id: 'config-malformed',
      what: `${name} is no ${extname(path) === '.json' ? 'JSON' : 'YAML'}: ${error.message.replace(/\.$/, '')}.`,
      at: { file: name, line: at.line, column: at.col },
    })
  }
  const value: unknown = document.toJS()
  const position = writtenPositions(text)
  return { value, locate: (where) => ({ file: name, ...position(where) }) }
}

async function openProgram(
  path: string,
  from: string,
  env: NodeJS.ProcessEnv,
  tell: (text: string) => void,
): Promise<OpenedConfig> {
  const answer = await runProgram(path, env, tell)
  const shown = (file: string): string => relative(from, file) || file
  const locate = locator(path, answer.kind === 'value' ? answer.calls : [], shown)
  if (answer.kind === 'value') return { value: answer.value, locate }
  throw new ProblemError(problemOf(answer, path, shown, locate))
}

function problemOf(
  answer: Exclude<ProgramAnswer, { readonly kind: 'value' }>,
  path: string,
  shown: (file: string) => string,
  locate: Locate,
): Problem {
  const name = shown(path)
  switch (answer.kind) {
    case 'syntax':
      return {
        id: 'config-malformed',
        what: `${shown(answer.at.file)} is no TypeScript that Node can run: ${answer.message.replace(/\.$/, '')}.`,
        ...(answer.message.includes('strip-only') && {
          why: 'Types are taken away and nothing else is changed, as Node does it, so enum, namespace and parameter properties are not possible.',
        }),
        at: { ...answer.at, file: shown(answer.at.file) },
      }
    case 'threw':
      return {
        id: 'config-threw',
        what: `${name} fails: ${answer.message.replace(/\.$/, '')}.`,
        ...(answer.at !== undefined && { at: { ...answer.at, file: shown(answer.at.file) } }),
      }
    case 'import': {
      const bare = !/^[./]|^file:/.test(answer.specifier)
      return {
        id: 'config-import-missing',
        what: `${shown(answer.from)} imports ${answer.specifier}, which is not there.`,
        fix: bare
          ? `npm install ${answer.specifier}, or remove the import`
          : 'correct the path; it needs its ending, as in ./shared.ts',
        at: { file: shown(answer.from), ...importPosition(answer.from, answer.specifier) },
      }
    }
    case 'not-data': {
      const at = locate(answer.path)
      return answer.what === 'nothing'
        ? {
            id: 'config-without-default',
            what: `${name} has no default export.`,
            fix: 'write "export default defineCluster({ … })"',
            at: { file: name },
          }
        : {
            id: 'config-not-data',
            what: `${name} has ${answer.what} at ${answer.path.join('.') || 'its default export'}; only text, numbers, true and false, lists and objects can go to Terraform.`,
            ...(at !== undefined && { at }),
          }
    }
    default:
      return answer satisfies never
  }
}

/** Where an import names its source, in the importing file. */
function importPosition(file: string, specifier: string): { readonly line?: number; readonly column?: number } {
  if (!isFile(file)) return {}
  const lines = readFileSync(file, 'utf8').split('\n')
  const wanted = specifier.split('/').at(-1) ?? specifier
  for (const [index, line] of lines.entries()) {
    const match = /(?:from|import)\s*\(?\s*(['"])([^'"]+)\1/.exec(line)
    if (match?.[2]?.endsWith(wanted))
      return { line: index + 1, column: match.index + match[0].lastIndexOf(match[1] ?? '') - match[2].length }
  }
  return {}
}

type Calls = Extract<ProgramAnswer, { readonly kind: 'value' }>['calls']

/** Follows a path from the innermost known call into the text of the file that the call is in. */
function locator(path: string, calls: Calls, shown: (file: string) => string): Locate {
  const texts = new Map<string, string>()
  const textOf = (file: string): string => {
    const known = texts.get(file) ?? (isFile(file) ? readFileSync(file, 'utf8') : '')
    texts.set(file, known)
    return known
  }
  return (where) => {
    const around = calls
      .filter((call) => call.path.every((step, index) => step === where[index]))
      .toSorted((a, b) => b.path.length - a.path.length)
    const [call] = around
    if (call !== undefined) {
      const text = textOf(call.site.file)
      const at = literalPosition(text, offsetOf(text, call.site), where.slice(call.path.length))
      return { file: shown(call.site.file), ...at }
    }
    const text = textOf(path)
    const start = text.search(/\bexport\s+default\b/)
    return start < 0 ? { file: shown(path) } : { file: shown(path), ...literalPosition(text, start, where) }
  }
}

async function runProgram(path: string, env: NodeJS.ProcessEnv, tell: (text: string) => void): Promise<ProgramAnswer> {
  const source = import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(`./program/config-program.${source ? 'ts' : 'js'}`, import.meta.url))
  const child = spawn(
    process.execPath,
    [
      // That type stripping is experimental here and there is not the user's concern.
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=DeprecationWarning',
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      ...(source && !stripsTypes() ? ['--import', import.meta.resolve('tsx')] : []),
      program,
      path,
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  )
  const [, , , channel] = child.stdio
  const pieces: Buffer[] = []
  const said: string[] = []
  child.stdout?.setEncoding('utf8').on('data', tell)
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  channel?.on('data', (piece: Buffer) => pieces.push(piece))
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('error', fail)
    child.once('close', settle)
  })
  const text = Buffer.concat(pieces).toString('utf8')
  if (said.length > 0 && text !== '') tell(said.join(''))
  if (text === '')
    throw new ProblemError({
      id: 'config-ended',
      what: `${path} ended the program that reads it, with ${code === null ? 'a signal' : `code ${code}`}, before its default export was there.`,
      fix: 'a configuration must not call process.exit',
      detail: said
        .join('')
        .trim()
        .split('\n')
        .slice(-10)
        .filter((line) => line !== ''),
    })
  // Of the program beside this one, in the same version.
  const answer: ProgramAnswer = JSON.parse(text)
  return answer
}
