import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import type { ModuleCallFindings, WrittenCall, WrittenGroup } from '../read/terraform/unknown-attributes.ts'
import { frameAt } from '../report/code-frame.ts'
import type { Diagnostic } from '../terraform/ui-events.ts'

/**
 * Turns a diagnostic inside a module to where the caller wrote the group, or the call, that it is about: the module's own
 * conditions are no help to them. Paths become relative to where the person is; everything else stays as it is.
 */
export function pointAtCaller(
  diagnostic: Diagnostic,
  directory: string,
  from: string,
  written: Pick<ModuleCallFindings, 'calls' | 'groups'>,
): Diagnostic {
  const { at } = diagnostic
  if (at === undefined) return diagnostic
  const file = isAbsolute(at.file) ? at.file : join(directory, at.file)
  const inside =
    relative(directory, file).startsWith('..') ||
    isAbsolute(relative(directory, file)) ||
    /(?:^|[/\\\\])(?:\.terraform|data)[/\\\\]modules[/\\\\]/.test(file)
  const target = inside ? targetOf(diagnostic, written) : undefined
  if (target === undefined) return { ...diagnostic, at: { ...at, file: shown(file, from) } }
  const text = sourceOf(target.file)
  const frame = text === undefined ? undefined : frameAt(text, target.at.line, target.at.column)
  const { snippet: _, ...rest } = diagnostic
  return {
    ...rest,
    at: { file: shown(target.file, from), line: target.at.line, column: target.at.column },
    ...(frame && {
      snippet: { code: frame.code, startLine: frame.startLine, highlight: frame.highlight, values: [] },
    }),
  }
}

/** The group that it is about, else, for a condition of the module, the call of it when there is only one. */
function targetOf(
  diagnostic: Diagnostic,
  { calls, groups }: Pick<ModuleCallFindings, 'calls' | 'groups'>,
): WrittenGroup | WrittenCall | undefined {
  const group = groupOf(diagnostic, groups)
  if (group !== undefined) return group
  const condition = /assertion failed|precondition failed|postcondition failed/i.test(diagnostic.summary)
  return condition && calls.length === 1 ? calls[0] : undefined
}

/** The one group that the values at play, or the address, name. */
function groupOf(diagnostic: Diagnostic, groups: readonly WrittenGroup[]): WrittenGroup | undefined {
  const key =
    diagnostic.snippet?.values
      .map((value) => /^each\.key is "([^"]+)"$/.exec(value)?.[1])
      .find((name) => name !== undefined) ?? /\["([^"/]+)(?:\/[^"]*)?"\]$/.exec(diagnostic.address ?? '')?.[1]
  const fitting = groups.filter(({ name }) => name === key)
  return fitting.length === 1 ? fitting[0] : undefined
}

function shown(file: string, from: string): string {
  const short = relative(from, resolve(file))
  return short === '' || short.length > file.length ? file : short
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
