import { listAt, objectAt } from '../../../read/kubernetes/json.ts'
import type { AccessRequest, EksGate, KubernetesObject, KubernetesUser } from '../control-plane.ts'

/** Tokens that {@link conformanceGate} knows. */
export const administratorToken = 'k8s-aws-v1.administrator'
/** Somebody who may read pods, and nothing else. */
export const readerToken = 'k8s-aws-v1.reader'

/** Pods of this service account have a Pod Identity association. */
export const associatedServiceAccount = 'associated'
/** What the containers of those pods get. */
export const credentialsVariable = {
  name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  value: 'http://169.254.170.23/v1/credentials',
}

const users: Readonly<Record<string, KubernetesUser>> = {
  [administratorToken]: userOf('arn:aws:sts::123456789012:assumed-role/administrator/session'),
  [readerToken]: userOf('arn:aws:sts::123456789012:assumed-role/reader/session'),
}

function userOf(arn: string): KubernetesUser {
  return {
    username: arn,
    uid: `aws-iam-authenticator:123456789012:${arn.length}`,
    groups: [],
    extra: { arn: [arn], accessKeyId: ['ASIAEXAMPLE'] },
  }
}

/** A gate as the AWS stand-in brings one, with two users, one association, and a log for every container. */
export function conformanceGate(): EksGate {
  return {
    async authenticate(token) {
      const user = users[token]
      return user === undefined ? { refused: 'the token is not known' } : { user }
    },
    async authorize(request) {
      return mayDo(request) ? 'allow' : 'no-opinion'
    },
    async admitPod(pod) {
      const spec = objectAt(pod, 'spec')
      return spec['serviceAccountName'] === associatedServiceAccount ? withCredentials(pod) : pod
    },
    async containerLog({ pod, container }) {
      return container === 'main' ? `first line of ${pod}\nsecond line of ${pod}\n` : undefined
    },
  }
}

function mayDo({ user, verb, resource }: AccessRequest): boolean {
  if (user.username.includes(':assumed-role/administrator/')) return true
  return (
    user.username.includes(':assumed-role/reader/') && resource === 'pods' && ['get', 'list', 'watch'].includes(verb)
  )
}

function withCredentials(pod: KubernetesObject): KubernetesObject {
  const spec = objectAt(pod, 'spec')
  return {
    ...pod,
    spec: {
      ...spec,
      containers: listAt(spec, 'containers').map((container) => ({
        ...objectAt(container),
        env: [...listAt(container, 'env'), credentialsVariable],
      })),
    },
  }
}
