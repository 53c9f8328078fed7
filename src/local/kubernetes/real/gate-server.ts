import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { z } from 'zod'
import type { CertificatePair } from '../certificates.ts'
import type { EksGate, KubernetesObject } from '../control-plane.ts'
import { serverCloser } from '../server-closer.ts'
import { answerContainerLogs, type ReadContainer } from './container-logs.ts'

/** Common name of the API server's client certificate; nobody else may ask the gate. */
export const gateClientName = 'kube-apiserver-gate-client'

/** The HTTPS server on 127.0.0.1 that kube-apiserver asks about tokens, access and pods, and reads container logs from. */
export type GateServer = {
  readonly port: number
  /** Resolves once the API server has sent a pod for admission. */
  readonly admissionSeen: () => boolean
  close(): Promise<void>
}

const stringsSchema = z.array(z.string()).default([])

const tokenReviewSchema = z.object({ spec: z.object({ token: z.string().default('') }) })

const accessReviewSchema = z.object({
  spec: z.object({
    user: z.string().default(''),
    uid: z.string().default(''),
    groups: stringsSchema,
    extra: z.record(z.string(), z.array(z.string())).default({}),
    resourceAttributes: z
      .object({
        namespace: z.string().default(''),
        verb: z.string().default(''),
        group: z.string().default(''),
        resource: z.string().default(''),
        subresource: z.string().default(''),
        name: z.string().default(''),
      })
      .optional(),
    nonResourceAttributes: z.object({ path: z.string().default(''), verb: z.string().default('') }).optional(),
  }),
})

const admissionReviewSchema = z.object({
  request: z.object({
    uid: z.string(),
    namespace: z.string().default(''),
    object: z.looseObject({ metadata: z.looseObject({}).default({}) }),
  }),
})

/**
 * Serves the gate. `port` 0 takes any free port. `readContainer` tells the state of a container, so that a followed log
 * ends with it. `say` gets one line for whatever went wrong.
 */
export async function startGateServer(options: {
  readonly gate: EksGate
  readonly certificateAuthority: string
  readonly server: CertificatePair
  readonly readContainer: ReadContainer
  readonly say: (line: string) => void
}): Promise<GateServer> {
  const { gate } = options
  let admissionSeen = false

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'https://127.0.0.1')
    if (url.pathname === '/admit-pod') {
      admissionSeen = true
      return sendJson(outgoing, 200, await admitPod(gate, admissionReviewSchema.parse(await readJson(incoming))))
    }
    if (!isApiServer(incoming)) return sendText(outgoing, 401, 'Unauthorized')
    if (url.pathname === '/token-review')
      return sendJson(outgoing, 200, await reviewToken(gate, tokenReviewSchema.parse(await readJson(incoming))))
    if (url.pathname === '/access-review')
      return sendJson(outgoing, 200, await reviewAccess(gate, accessReviewSchema.parse(await readJson(incoming))))
    if (url.pathname.startsWith('/containerLogs/'))
      return answerContainerLogs(gate, options.readContainer, url, outgoing)
    sendText(outgoing, 404, 'The local node stand-in runs no containers: it serves their logs only.')
  }

  const server = createServer(
    {
      ca: options.certificateAuthority,
      cert: options.server.certificate,
      key: options.server.key,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (incoming, outgoing) => {
      answer(incoming, outgoing).catch((error: unknown) => {
        options.say(`${incoming.method} ${incoming.url}: ${error instanceof Error ? error.message : String(error)}`)
        if (outgoing.headersSent) outgoing.destroy()
        else sendText(outgoing, 500, 'The local stand-in failed; see its log.')
      })
    },
  )
  const close = serverCloser(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address')
  return {
    port: address.port,
    admissionSeen: () => admissionSeen,
    close,
  }
}

async function reviewToken(gate: EksGate, review: z.output<typeof tokenReviewSchema>): Promise<object> {
  const answer = await gate.authenticate(review.spec.token)
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    status:
      'user' in answer ? { authenticated: true, user: answer.user } : { authenticated: false, error: answer.refused },
  }
}

async function reviewAccess(gate: EksGate, review: z.output<typeof accessReviewSchema>): Promise<object> {
  const { spec } = review
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec
  const decision = await gate.authorize({
    user: { username: spec.user, uid: spec.uid, groups: spec.groups, extra: spec.extra },
    verb: resource?.verb ?? path?.verb ?? '',
    group: resource?.group ?? '',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    namespace: resource?.namespace ?? '',
    name: resource?.name ?? '',
    ...(path === undefined ? {} : { path: path.path }),
  })
  return {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    status: { allowed: decision === 'allow', ...(decision === 'allow' ? { reason: 'EKS access policy' } : {}) },
  }
}

async function admitPod(gate: EksGate, review: z.output<typeof admissionReviewSchema>): Promise<object> {
  const { uid, namespace, object } = review.request
  const pod: KubernetesObject = {
    ...object,
    apiVersion: 'v1',
    kind: 'Pod',
    // The namespace of a pod that is being created stands in the request only.
    metadata: { ...object.metadata, namespace },
  }
  const admitted = await gate.admitPod(pod)
  const patch: object[] = []
  for (const field of ['metadata', 'spec'])
    if (JSON.stringify(admitted[field]) !== JSON.stringify(pod[field]))
      patch.push({ op: 'replace', path: `/${field}`, value: admitted[field] })
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      ...(patch.length === 0
        ? {}
        : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch), 'utf8').toString('base64') }),
    },
  }
}

function isApiServer(incoming: IncomingMessage): boolean {
  const { socket } = incoming
  return socket instanceof TLSSocket && socket.authorized && socket.getPeerCertificate().subject.CN === gateClientName
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk))
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function sendJson(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function sendText(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
