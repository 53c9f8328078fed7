import { styleText } from 'node:util'

/** What a piece of text means to the reader; colour only ever repeats what words or signs say. */
export type Tone = 'strong' | 'faint' | 'good' | 'bad' | 'warning' | 'name'

/** Puts a tone on a text, or gives it back as it is. */
export type Paint = (tone: Tone, text: string) => string

const styles = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  name: 'cyan',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>

/** Leaves every text as it is. */
export const plain: Paint = (_, text) => text

/** Paints for a stream: with colour on a terminal, without it in a file, as NO_COLOR and FORCE_COLOR say. */
export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (tone, text) => styleText(styles[tone], text, { stream })
}
