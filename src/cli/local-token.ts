import { ProblemError } from '../cluster/problem.ts'
import { listEnvironments } from '../local/list-environments.ts'
import { signClusterToken } from '../local/sign-cluster-token.ts'
import { stateFolder } from '../local/state-folder.ts'
import { type CliContext, print, runCommand } from './context.ts'

export type LocalTokenFlags = {
  readonly cluster: string
  readonly region?: string
  readonly environment?: string
  readonly debug: boolean
}

/** `eks-gpu local token`: a credential for kubectl, as `aws eks get-token` prints it for a real cluster. */
export async function localToken(this: CliContext, flags: LocalTokenFlags): Promise<void> {
  await runCommand(this, flags, async () => {
    const listed = await listEnvironments(stateFolder(this.process.env))
    const fitting = listed.filter(
      ({ record }) =>
        (flags.environment === undefined || record.name === flags.environment) &&
        record.clusters.some(
          ({ name, region }) => name === flags.cluster && (flags.region === undefined || region === flags.region),
        ),
    )
    const [found, ...more] = fitting
    if (found === undefined)
      throw new ProblemError({
        id: 'local-cluster-not-found',
        what: `There is no local cluster ${flags.cluster}.`,
        fix: 'eks-gpu local status lists those there are',
      })
    if (more.length > 0)
      throw new ProblemError({
        id: 'local-cluster-ambiguous',
        what: `Several local environments have a cluster ${flags.cluster}: ${fitting.map(({ record }) => record.name).join(', ')}.`,
        fix: 'name one with --environment',
      })
    const { token, expiresAt } = signClusterToken(found.record, flags.cluster, {
      ...(flags.region !== undefined && { region: flags.region }),
    })
    print(
      this,
      JSON.stringify({
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        spec: {},
        status: { token, expirationTimestamp: expiresAt.toISOString().replace(/\.\d+Z$/, 'Z') },
      }),
    )
    return 0
  })
}
