import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { EksGate, KubernetesUser } from '../control-plane.ts'
import { ApiError } from './api-error.ts'

const anonymous: KubernetesUser = {
  username: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
}

/**
 * Who sends the request: a client certificate of our authority names user and groups; a bearer token is the gate's to
 * check. Throws an {@link ApiError} 401 for a token that it refuses; a request without either is anonymous.
 */
export async function authenticate(request: IncomingMessage, gate: EksGate): Promise<KubernetesUser> {
  const authorization = request.headers.authorization ?? ''
  const [, token] = /^Bearer\s+(\S+)\s*$/i.exec(authorization) ?? []
  if (token !== undefined) {
    const answer = await gate.authenticate(token)
    if ('refused' in answer) throw unauthorized()
    return { ...answer.user, groups: [...new Set([...answer.user.groups, 'system:authenticated'])] }
  }
  if (authorization !== '') throw unauthorized()
  return certificateUser(request) ?? anonymous
}

function certificateUser(request: IncomingMessage): KubernetesUser | undefined {
  const { socket } = request
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const { subject } = socket.getPeerCertificate()
  if (subject?.CN === undefined) return undefined
  return {
    username: first(subject.CN),
    uid: '',
    groups: [...all(subject.O), 'system:authenticated'],
    extra: {},
  }
}

function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized')
}

/** Node's types know one value per attribute; several come as a list. */
function all(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function first(value: string | readonly string[]): string {
  return all(value)[0] ?? ''
}
