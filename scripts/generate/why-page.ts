import { betweenMarks } from './between-marks.ts'
import type { InputReasons } from './input-reasons.ts'

const file = 'docs/module/why.md'

/** `docs/module/why.md` with its tables of inputs and its failures renewed. Throws when the marks are missing. */
export function withInputReasons(page: string, reasons: InputReasons): string {
  return betweenMarks(betweenMarks(page, 'inputs', inputLines(reasons), file), 'failures', failureLines(reasons), file)
}

function inputLines({ sections }: InputReasons): readonly string[] {
  return sections.flatMap(({ title, inputs }) => [
    ...(title === sections[0]?.title ? [] : ['']),
    `### ${title}`,
    '',
    '| input | why | against |',
    '|---|---|---|',
    ...inputs.map(
      ({ names, why, failures }) =>
        `| ${names.map((name) => `\`${name}\``).join(', ')} | ${sentence(why, failures)} | ${failures.map((id) => `[${id}](#${id.toLowerCase()})`).join(', ')} |`,
    ),
  ])
}

function sentence(why: string, failures: readonly string[]): string {
  return failures.length > 0 ? `${capital(why)}.` : `Asked for by no thread: ${why}.`
}

function failureLines({ asOf, source, failures }: InputReasons): readonly string[] {
  return [
    `As of ${asOf}. ${source}`,
    ...Object.entries(failures).flatMap(([id, entry]) => [
      '',
      `### ${id}`,
      '',
      'wish' in entry
        ? `**${entry.wish}**: a wish. What came of it: ${lower(entry.outcome)}.`
        : `**${entry.symptom}**. ${entry.cause}.`,
      entry.threads.map((url) => `[${nameOf(url)}](${url})`).join(', '),
    ]),
  ]
}

/** `repository#number` of a thread's address. */
function nameOf(url: string): string {
  const [, repository = '', number = ''] = /\/([^/]+)\/(?:issues|pull)\/(\d+)/.exec(url) ?? []
  if (number === '') throw new Error(`${url} is no issue or pull request of GitHub`)
  return `${repository}#${number}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
