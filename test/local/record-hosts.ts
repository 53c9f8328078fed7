/**
 * Runs inside a network namespace without a way out and writes one line for every host that anything in it calls: each name
 * that is looked up, which is answered with "no such name", and the address of the instance metadata service.
 *
 *   node --import tsx test/local/record-hosts.ts FILE
 */
import { createSocket } from 'node:dgram'
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'

const metadata = '169.254.169.254'
const file = process.argv[2] ?? ''
const record = (host: string): void => appendFileSync(file, `${host}\n`)

const names = createSocket('udp4')
names.on('message', (question, { port, address }) => {
  record(nameIn(question))
  const answer = Buffer.from(question)
  // A response without answers, to a question that wanted recursion: NXDOMAIN.
  answer.writeUInt16BE(0x8183, 2)
  names.send(answer, port, address)
})
const instance = createServer((_, response) => {
  record(metadata)
  response.writeHead(404).end()
})
names.bind(53, '127.0.0.1', () => instance.listen(80, metadata, () => process.stdout.write('ready\n')))

/** The name that a DNS question is about: labels after a head of twelve bytes, each with its length before it. */
function nameIn(question: Buffer): string {
  const labels: string[] = []
  for (let at = 12; (question[at] ?? 0) > 0; at += (question[at] ?? 0) + 1)
    labels.push(question.toString('latin1', at + 1, at + 1 + (question[at] ?? 0)))
  return labels.join('.')
}
