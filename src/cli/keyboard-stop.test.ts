import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { ask } from './ask.ts'
import { listenForStop } from './keyboard-stop.ts'
import { recordedContext } from './testing/recorded-context.ts'

function listen() {
  const emitter = new EventEmitter()
  const said: string[] = []
  const process = { on: emitter.on.bind(emitter), off: emitter.off.bind(emitter) }
  // Signals are all that is listened to.
  const stop = listenForStop(process as unknown as NodeJS.Process, (text) => said.push(text.split('.')[0] ?? ''))
  return { emitter, said, stop }
}

describe('listenForStop', () => {
  test('interrupts once, explains once, then leaves', () => {
    const { emitter, said, stop } = listen()
    stop.phase = 'changing'
    emitter.emit('SIGINT')
    expect([stop.interrupt.aborted, stop.leave.aborted]).toEqual([true, false])
    emitter.emit('SIGINT')
    expect(stop.leave.aborted).toBe(false)
    emitter.emit('SIGTERM')
    expect(stop.leave.aborted).toBe(true)
    expect(said).toEqual([
      'Interrupted: Terraform ends what it has begun and saves its state',
      'Still waiting for Terraform',
    ])
  })

  test('leaves at the second interrupt when nothing of Terraform runs', () => {
    const { emitter, stop } = listen()
    stop.phase = 'checking'
    emitter.emit('SIGINT')
    emitter.emit('SIGINT')
    expect(stop.leave.aborted).toBe(true)
  })

  test('hears nothing after its end', () => {
    const { emitter, stop } = listen()
    stop.close()
    emitter.emit('SIGINT')
    expect(stop.interrupt.aborted).toBe(false)
  })
})

describe('ask', () => {
  const answer = async (text: string | undefined) => {
    const { context } = recordedContext('/', {})
    const stdin = Object.assign(new PassThrough(), { isTTY: true as const })
    const asked = ask(
      { ...context, process: { ...context.process, stdin: stdin as unknown as NodeJS.Process['stdin'] } },
      'Go?',
      new AbortController().signal,
    )
    if (text === undefined) stdin.end()
    else stdin.write(text)
    return asked
  }
  test.each([
    ['yes\n', true],
    [' yes \n', true],
    ['y\n', false],
    ['\n', false],
    [undefined, false],
  ])('%j', async (text, expected) => {
    expect(await answer(text)).toBe(expected)
  })
})
