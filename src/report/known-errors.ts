import { eksVersionsOn } from '../catalog/eks-versions.ts'
import type { Diagnostic } from '../terraform/ui-events.ts'

/** What a diagnostic means for a GPU cluster on EKS. */
export type Explanation = { readonly id: string; readonly means: string; readonly fix: string }

/** What an explanation may look at. */
export type ExplanationFacts = {
  /** Day, `YYYY-MM-DD`: of the emulator's calendar with `--local`, else today. */
  readonly today: string
  readonly local: boolean
}

type KnownError = {
  readonly id: string
  readonly pattern: RegExp
  readonly explain: (
    match: RegExpExecArray,
    facts: ExplanationFacts,
  ) => { readonly means: string; readonly fix: string }
}

/**
 * Errors of EKS, EC2, IAM and Terraform that have one usual cause here. The first that matches explains.
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
const knownErrors: readonly KnownError[] = [
  {
    id: 'kubernetes-version-not-offered',
    pattern: /unsupported kubernetes version\s*"?(\d+\.\d+)?/i,
    explain: (match, { today, local }) => {
      const offered = eksVersionsOn(today).map(({ version }) => version)
      const asked = match[1] === undefined ? 'this Kubernetes version' : `Kubernetes ${match[1]}`
      return {
        means: `EKS does not offer ${asked} on ${today}; it offers ${offered.join(', ')}.`,
        fix:
          `set cluster_version to ${offered.at(-1) ?? 'a version that EKS offers'}` +
          (local ? ', or go back to a day when EKS had it, for example --as-of 2025-01-15 for 1.29' : ''),
      }
    },
  },
  {
    id: 'vcpu-quota',
    pattern: /VcpuLimitExceeded|vCPU (?:capacity|limit)/i,
    explain: () => ({
      means:
        'The account may not run that many vCPUs of this kind: G/VT and P instances have quotas of their own, zero in a new account.',
      fix: 'ask for more in Service Quotas ("Running On-Demand G and VT instances", "… P instances", or the Spot ones; the figure is vCPUs), or lower the size',
    }),
  },
  {
    id: 'no-capacity',
    pattern: /InsufficientInstanceCapacity|UnfulfillableCapacity|no Spot capacity/i,
    explain: () => ({
      means: 'AWS has none of these instances free in the chosen zones now.',
      fix: 'list more instance_types in the group, allow more zones, set desired_size to 0 and let the autoscaler ask again, or reserve capacity',
    }),
  },
  {
    id: 'type-not-in-zone',
    pattern:
      /Unsupported(?:Operation)?:.*instance type.*Availability Zone|requested instance type .* is not supported in your requested Availability Zone/i,
    explain: () => ({
      means: 'One of the subnets lies in an Availability Zone that does not offer this instance type.',
      fix: 'run "aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=instance-type,Values=TYPE" and keep the group to those zones',
    }),
  },
  {
    id: 'nodes-did-not-join',
    pattern: /NodeCreationFailure|instances failed to join/i,
    explain: () => ({
      means:
        'Instances started but did not become nodes: they could not reach the API server or the registries, their role lacks a policy, or their image does not bootstrap.',
      fix: 'check that the subnets have a NAT gateway or the VPC endpoints, that a custom AMI is an EKS one (or sets user_data = "none" with its own bootstrap), and read the console output: aws ec2 get-console-output --instance-id ID',
    }),
  },
  {
    id: 'sizes-cross',
    pattern:
      /(?:minimum|min(?:Size)?).*(?:greater|larger).*(?:desired|max)|desired capacity .* (?:can't|cannot|can not) be (?:less|greater)/i,
    explain: () => ({
      means:
        'A node group needs min_size <= desired_size <= max_size, and its running size, which the autoscaler moves, must lie between the new limits.',
      fix: 'move the running size first: aws eks update-nodegroup-config --scaling-config desiredSize=N, then apply',
    }),
  },
  {
    id: 'already-exists',
    pattern:
      /ResourceInUseException|EntityAlreadyExists|ResourceAlreadyExistsException|AlreadyExistsException|InvalidGroup\.Duplicate/i,
    explain: () => ({
      means:
        'Something of this name is there already and is not in this Terraform state: another cluster, or a leftover of a run whose state was lost.',
      fix: 'choose another cluster_name, or record the existing one with "terraform import", or delete it',
    }),
  },
  {
    id: 'not-allowed',
    pattern: /UnauthorizedOperation|AccessDenied(?:Exception)?|is not authorized to perform:?\s*([\w-]+:\w+)?/i,
    explain: (match) => ({
      means: `The credentials in use may not do this${match[1] === undefined ? '' : ` (${match[1]})`}, or a service control policy or permissions boundary forbids it.`,
      fix: 'check who you are with "aws sts get-caller-identity"; docs/iam.md lists what applying the module needs',
    }),
  },
  {
    id: 'no-credentials',
    pattern:
      /No valid credential sources|failed to refresh cached credentials|ExpiredToken|InvalidClientTokenId|no EC2 IMDS role found/i,
    explain: () => ({
      means: 'There are no usable AWS credentials.',
      fix: 'log in (aws sso login, or set AWS_PROFILE), or add --local to try it without an account',
    }),
  },
  {
    id: 'installer-failed',
    pattern: /Lambda function .*(?:error|fail)|lambda_invocation|invoking Lambda|"errorMessage"/i,
    explain: () => ({
      means:
        'The cluster stands, but its in-cluster parts (device plugin, autoscaler) could not be installed or did not become ready; the text above says which and why.',
      fix: 'mend that and run the same command again: the installer goes on from what is there',
    }),
  },
  {
    id: 'interfaces-linger',
    pattern: /DependencyViolation|has dependent object|has a dependent object|InvalidSubnet.*in use/i,
    explain: () => ({
      means:
        'Network interfaces still hang on it: of a load balancer that a Service made, of a VPC Lambda (they linger up to 45 minutes), or of pods.',
      fix: 'delete Services of type LoadBalancer, wait, and run the same command again; "aws ec2 describe-network-interfaces --filters Name=vpc-id,Values=VPC" names what is left',
    }),
  },
  {
    id: 'registry-unreachable',
    pattern:
      /Failed to query available provider packages|Failed to install provider|could not connect to registry|registry service is unreachable/i,
    explain: () => ({
      means: 'The provider registry does not answer from here, and no mirror on this machine has what is asked for.',
      fix: 'set HTTPS_PROXY, or put a mirror made by "terraform providers mirror DIR" into ~/.terraform.d/plugins',
    }),
  },
  {
    id: 'state-locked',
    pattern: /Error acquiring the state lock/i,
    explain: () => ({
      means: 'Another Terraform run has held the state for 10 minutes, or one that was killed left its lock.',
      fix: 'wait for it; when nothing runs any more: terraform force-unlock ID, with the ID above',
    }),
  },
  {
    id: 'plan-stale',
    pattern: /Saved plan is stale/i,
    explain: () => ({
      means: 'Something else changed the state after this plan was made.',
      fix: 'run the same command again, so that it plans anew',
    }),
  },
]

/** What a diagnostic means here, or `undefined` when we know nothing beyond its own words. */
export function explainDiagnostic(diagnostic: Diagnostic, facts: ExplanationFacts): Explanation | undefined {
  const text = `${diagnostic.summary}\n${diagnostic.detail}`
  for (const known of knownErrors) {
    const match = known.pattern.exec(text)
    if (match !== null) return { id: known.id, ...known.explain(match, facts) }
  }
  return undefined
}
