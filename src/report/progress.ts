import { formatDuration } from './duration.ts'
import type { Paint } from './paint.ts'

/** The stream that progress goes to: standard error. */
export type ProgressStream = {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** One step of a command, from its start to `succeed` or `fail`. */
export type Step = {
  /** Says what the step is at; shown on a terminal only. */
  detail(text: string): void
  /** Something the step works on: shown while it lasts, one line each. */
  begin(key: string, text: string): void
  /** Ends it with a line that stays. Without text it just goes. */
  end(key: string, text?: string): void
  succeed(text?: string): void
  fail(text?: string): void
}

/** Progress of a command on a stream: a list that redraws itself on a terminal, plain lines in a file. */
export type Progress = {
  step(title: string): Step
  /** A line that stays, above what is being drawn. */
  say(text: string): void
  /** Stops drawing, for a question or the end. */
  pause(): void
  /** Ends drawing for good; an unfinished step stays as it is. */
  close(): void
}

/** Shows nothing but what `say` is given. */
export function quietProgress(stream: ProgressStream): Progress {
  const nothing = () => undefined
  return {
    step: () => ({ detail: nothing, begin: nothing, end: nothing, succeed: nothing, fail: nothing }),
    say: (text) => void stream.write(`${text}\n`),
    pause: nothing,
    close: nothing,
  }
}

/** At most this many running things are listed at once. */
const mostLines = 10

/** Opens progress on a stream. `now` is a clock in milliseconds. */
export function openProgress(
  stream: ProgressStream,
  paint: Paint,
  now: () => number = () => performance.now(),
): Progress {
  const live = stream.isTTY === true
  let drawn = 0
  let timer: NodeJS.Timeout | undefined
  let current:
    | { title: string; detail: string; started: number; readonly items: Map<string, { text: string; started: number }> }
    | undefined
  let frame = 0

  const erase = () => {
    if (drawn > 0) stream.write(`\u001b[${drawn}F\u001b[0J`)
    drawn = 0
  }
  const cut = (line: string) => {
    const width = stream.columns ?? 80
    return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`
  }
  const draw = () => {
    if (!live || current === undefined) return
    erase()
    const turning = ['|', '/', '-', '\\'][frame++ % 4] ?? '|'
    const head = cut(
      `${turning} ${current.title}${current.detail === '' ? '' : `: ${current.detail}`} (${formatDuration(now() - current.started)})`,
    )
    const items = [...current.items.values()]
    const shown = items
      .slice(0, mostLines)
      .map((item) => cut(`    ${item.text} (${formatDuration(now() - item.started)})`))
    if (items.length > mostLines) shown.push(`    and ${items.length - mostLines} more`)
    stream.write([head, ...shown.map((line) => paint('faint', line))].map((line) => `${line}\n`).join(''))
    drawn = 1 + shown.length
  }
  const say = (text: string) => {
    erase()
    stream.write(`${text}\n`)
    draw()
  }
  const start = () => {
    if (live && timer === undefined) timer = setInterval(draw, 120).unref()
  }
  const stop = () => {
    clearInterval(timer)
    timer = undefined
    erase()
  }
  return {
    say,
    pause: stop,
    close: () => {
      stop()
      current = undefined
    },
    step: (title) => {
      const own = { title, detail: '', started: now(), items: new Map<string, { text: string; started: number }>() }
      current = own
      if (live) draw()
      else stream.write(`- ${title}\n`)
      start()
      const finish = (sign: string, tone: 'good' | 'bad', text?: string) => {
        if (current === own) current = undefined
        stop()
        stream.write(
          `${paint(tone, sign)} ${title}${text === undefined ? '' : `: ${text}`} ${paint('faint', `(${formatDuration(now() - own.started)})`)}\n`,
        )
      }
      return {
        detail: (text) => {
          own.detail = text
        },
        begin: (key, text) => void own.items.set(key, { text, started: now() }),
        end: (key, text) => {
          own.items.delete(key)
          if (text !== undefined) say(`    ${text}`)
        },
        succeed: (text) => finish('✓', 'good', text),
        fail: (text) => finish('✗', 'bad', text),
      }
    },
  }
}
