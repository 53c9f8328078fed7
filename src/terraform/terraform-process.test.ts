import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startTimeOf } from './process-identity.ts'
import { capture, followStream, neverStop, readStream, runStream, type StreamRun } from './terraform-process.ts'
import { temporaryFolder, writeProgram } from './testing/fake-terraform.ts'
import type { UiEvent } from './ui-events.ts'

function prepare(body: string, more: Partial<StreamRun> = {}): StreamRun & { readonly events: UiEvent[] } {
  const folder = temporaryFolder('process')
  const events: UiEvent[] = []
  return {
    program: writeProgram(folder, 'terraform', body),
    args: ['apply'],
    directory: folder,
    env: process.env,
    stream: join(folder, 'apply.ndjson'),
    errors: join(folder, 'apply.stderr'),
    onEvent: (event) => events.push(event),
    stop: neverStop,
    events,
    ...more,
  }
}

const diagnostic = "say({ type: 'diagnostic', diagnostic: { severity: 'error', summary: 'no', detail: '' } })"

describe('runStream', () => {
  test('reads the stream to its last line and keeps the exit code', async () => {
    const run = prepare(
      `hook('apply_start', 'a.b', 'create'); say('not json'); ${diagnostic}; ${diagnostic}; fs.writeSync(2, 'cry\\n'); fs.writeSync(1, 'cut'); process.exit(1)`,
    )
    const outcome = await runStream(run)
    expect(outcome).toEqual({
      ending: { kind: 'exited', code: 1 },
      interrupted: false,
      diagnostics: [{ severity: 'error', summary: 'no', detail: '' }],
      counts: undefined,
      messages: ['not json', 'cut', 'cry'],
    })
    expect(run.events.map(({ type }) => type)).toEqual(['apply-start', 'message', 'diagnostic', 'diagnostic'])
  })

  test('passes exactly one SIGINT and waits', async () => {
    const interrupt = new AbortController()
    const run = prepare(
      "let n = 0; process.on('SIGINT', () => { n++; setTimeout(() => { say({ type: 'log', '@message': 'signals ' + n }); process.exit(1) }, 200) }); say({ type: 'log', '@message': 'ready' }); setInterval(() => {}, 1000)",
      { stop: { interrupt: interrupt.signal, leave: neverStop.leave } },
    )
    const running = runStream({
      ...run,
      onEvent: (event) => {
        run.events.push(event)
        if (event.type === 'message' && event.text === 'ready') interrupt.abort()
      },
    })
    const outcome = await running
    expect(outcome.interrupted).toBe(true)
    expect(outcome.ending).toEqual({ kind: 'exited', code: 1 })
    expect(run.events.at(-1)).toEqual({ type: 'message', text: 'signals 1' })
  })

  test('runs in a session of its own, so that the terminal cannot signal it', async () => {
    const run = prepare(
      "say({ type: 'log', '@message': fs.readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[3] })",
    )
    let pid = 0
    await runStream({
      ...run,
      onStart: (process) => {
        pid = process.pid
      },
    })
    if (process.platform === 'linux') expect(run.events).toEqual([{ type: 'message', text: String(pid) }])
  })

  test('tells a kill from an exit', async () => {
    const outcome = await runStream(prepare("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)"))
    expect(outcome.ending).toEqual({ kind: 'killed', signal: 'SIGKILL' })
  })

  test('leaves a run behind that a later one follows to its end', async () => {
    const leave = new AbortController()
    const run = prepare(
      "hook('apply_start', 'a.b', 'create'); setTimeout(() => { hook('apply_complete', 'a.b', 'create', { id_value: 'x' }) }, 700)",
      {
        stop: { interrupt: neverStop.interrupt, leave: leave.signal },
      },
    )
    const outcome = await runStream({ ...run, onEvent: () => leave.abort() })
    if (outcome.ending.kind !== 'left') throw new Error(outcome.ending.kind)
    const { pid } = outcome.ending
    const startedAt = startTimeOf(pid)
    expect(startedAt).toBeDefined()
    const followed: UiEvent[] = []
    const end = await followStream(
      { pid, startedAt: startedAt ?? '' },
      { ...run, stop: neverStop, onEvent: (event) => followed.push(event) },
    )
    expect(end.ending).toEqual({ kind: 'gone' })
    expect(followed.map(({ type }) => type)).toEqual(['apply-start', 'apply-complete'])
    expect(readStream(run.stream)).toEqual(followed)
  })

  test('rejects when the program is not there', async () => {
    await expect(runStream(prepare('', { program: '/nonexistent/terraform' }))).rejects.toThrow('ENOENT')
  })
})

test('capture keeps both streams and the exit code', async () => {
  const run = prepare("say('out'); fs.writeSync(2, 'err'); process.exit(4)")
  expect(await capture(run.program, [], run)).toEqual({ code: 4, stdout: 'out\n', stderr: 'err' })
  await pause(0)
})
