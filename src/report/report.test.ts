import { describe, expect, test } from 'vitest'
import { costOf } from '../read/terraform/plan-cost.ts'
import { readPlanJson } from '../read/terraform/plan-json.ts'
import { summarizePlan } from '../read/terraform/plan-summary.ts'
import { sizeConflicts } from '../read/terraform/size-conflicts.ts'
import { planFixture } from '../read/terraform/testing/plan-fixture.ts'
import type { Diagnostic } from '../terraform/ui-events.ts'
import { drawCodeFrame, frameAt } from './code-frame.ts'
import { formatBlockers, formatLeftovers } from './destroy-text.ts'
import { formatDiagnostic } from './diagnostic.ts'
import { formatDuration } from './duration.ts'
import { formatEnvironments } from './environment-text.ts'
import { explainDiagnostic } from './known-errors.ts'
import { plain } from './paint.ts'
import { formatCounts, formatPlan } from './plan-text.ts'
import { formatProblem } from './problem.ts'
import { openProgress } from './progress.ts'
import { formatCrowdedSubnet } from './subnet-text.ts'
import { drawTable } from './table.ts'
import { expectGolden } from './testing/expect-golden.ts'
import { formatChecks, formatCommands } from './verification-text.ts'

const golden = (name: string, text: string) => expectGolden(import.meta.url, name, text)
const summary = summarizePlan(readPlanJson(planFixture))

describe('a plan', () => {
  test('with groups, prices and a conflict of sizes', () => {
    golden('plan', formatPlan(summary, costOf(summary, '2026-11-23'), sizeConflicts(summary.nodeGroups), plain))
  })

  test('in extended support', () => {
    golden('plan-extended', formatPlan(summary, costOf(summary, '2027-12-01'), [], plain))
  })

  test('with a Capacity Block, which adds nothing to the price', () => {
    const [cluster] = summary.clusters
    const blocks = {
      ...summary,
      clusters: cluster === undefined ? [] : [cluster],
      nodeGroups: summary.nodeGroups
        .filter(({ label }) => label === 'training' || label === 'system')
        .map((group) => (group.label === 'training' ? { ...group, capacityType: 'CAPACITY_BLOCK' } : group)),
    }
    golden('plan-block', formatPlan(blocks, costOf(blocks, '2026-11-23'), [], plain))
  })

  test('without clusters', () => {
    const nothing = { counts: { create: 0, update: 0, replace: 0, delete: 0, import: 0 }, clusters: [], nodeGroups: [] }
    expect(formatPlan(nothing, costOf(nothing, '2026-11-23'), [], plain)).toBe('Plan: no changes.')
    expect(formatCounts({ create: 1, update: 2, replace: 3, delete: 4, import: 5 }, plain)).toBe(
      'Plan: + 1 to create, ~ 2 to change, -/+ 3 to replace, - 4 to delete, 5 to import',
    )
  })
})

test('a subnet without room', () => {
  golden(
    'crowded-subnet',
    formatCrowdedSubnet(
      {
        id: 'subnet-0a',
        zone: 'us-east-1a',
        freeAddresses: 1019,
        needed: 1329,
        groups: [
          { label: 'inference', nodes: 100, surge: 2, addresses: 13 },
          { label: 'training', nodes: 1, surge: 0, addresses: 13 },
        ],
        controlPlane: true,
      },
      plain,
    ),
  )
})

describe('a problem', () => {
  test('with everything', () => {
    golden(
      'problem',
      formatProblem(
        {
          id: 'unknown-attribute',
          what: 'GPU node group inference has an attribute instance_type, which the module does not know.',
          why: 'Terraform drops unknown attributes of an object without a word, so this line would do nothing.',
          fix: 'did you mean instance_types?',
          at: { file: 'main.tf', line: 3, column: 7 },
          detail: ['one', 'two'],
        },
        plain,
        () => 'module "gpu" {\n  gpu_node_groups = { inference = {\n      instance_type = ["g5.xlarge"]\n  } }\n}\n',
      ),
    )
  })

  test('with nothing but what', () => {
    expect(formatProblem({ id: 'x', what: 'Something.', at: { file: 'a.tf' } }, plain, () => undefined)).toBe(
      'Error: Something.\n  at a.tf',
    )
  })
})

const facts = { today: '2026-11-23', local: true }
const diagnostic = (summary: string, detail = ''): Diagnostic => ({ severity: 'error', summary, detail })

describe('a diagnostic', () => {
  test('with its source and what it means', () => {
    const told: Diagnostic = {
      severity: 'error',
      summary:
        'creating EKS Cluster (ai): operation error EKS: CreateCluster, InvalidParameterException: unsupported Kubernetes version 1.29',
      detail: '',
      address: 'module.gpu_cluster.aws_eks_cluster.this',
      at: { file: '../../modules/eks-gpu-cluster/main.tf', line: 280, column: 1 },
      snippet: {
        context: 'resource "aws_eks_cluster" "this"',
        code: 'resource "aws_eks_cluster" "this" {',
        startLine: 280,
        highlight: { start: 0, end: 33 },
        values: ['var.cluster_version is "1.29"'],
      },
    }
    golden('diagnostic', formatDiagnostic(told, explainDiagnostic(told, facts), plain))
  })

  test('as a warning with a detail of several lines', () => {
    golden(
      'diagnostic-warning',
      formatDiagnostic(
        { severity: 'warning', summary: 'Check block assertion failed', detail: 'First.\n\nSecond.\n' },
        undefined,
        plain,
      ),
    )
  })
})

describe('explainDiagnostic', () => {
  test.each([
    ['kubernetes-version-not-offered', diagnostic('x', 'unsupported Kubernetes version 1.29')],
    [
      'vcpu-quota',
      diagnostic(
        'waiting',
        'VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 0',
      ),
    ],
    [
      'no-capacity',
      diagnostic('waiting for EKS Node Group', 'AsgInstanceLaunchFailures: InsufficientInstanceCapacity'),
    ],
    [
      'nodes-did-not-join',
      diagnostic('waiting', 'NodeCreationFailure: Instances failed to join the kubernetes cluster'),
    ],
    [
      'sizes-cross',
      diagnostic('updating', "InvalidParameterException: Minimum capacity 3 can't be greater than desired size 2"),
    ],
    ['already-exists', diagnostic('creating', 'ResourceInUseException: Cluster already exists with name: ai')],
    [
      'not-allowed',
      diagnostic(
        'creating',
        'AccessDeniedException: User: x is not authorized to perform: eks:CreateCluster on resource',
      ),
    ],
    ['no-credentials', diagnostic('No valid credential sources found')],
    [
      'installer-failed',
      diagnostic('Lambda Invocation', 'Lambda function (x) returned error: ({"errorMessage":"no"})'),
    ],
    ['interfaces-linger', diagnostic('deleting EC2 Subnet', 'DependencyViolation: The subnet has dependencies')],
    ['registry-unreachable', diagnostic('Failed to query available provider packages')],
    ['state-locked', diagnostic('Error acquiring the state lock')],
    ['plan-stale', diagnostic('Saved plan is stale')],
    [undefined, diagnostic('Unsupported argument')],
  ])('%s', (id, told) => {
    expect(explainDiagnostic(told, facts)?.id).toBe(id)
  })

  test('names the versions that EKS offers on the day, and the way back with --local only', () => {
    const told = diagnostic('x', 'unsupported Kubernetes version 1.29')
    expect(explainDiagnostic(told, { today: '2025-01-15', local: false })).toEqual({
      id: 'kubernetes-version-not-offered',
      means: 'EKS does not offer Kubernetes 1.29 on 2025-01-15; it offers 1.29, 1.30, 1.31.',
      fix: 'set cluster_version to 1.31',
    })
    expect(explainDiagnostic(told, facts)?.fix).toContain('--as-of 2025-01-15')
  })
})

describe('a verification', () => {
  test('that holds, and one that does not', () => {
    const checks = [
      { subject: 'nodes', group: 'inference', wanted: 2, found: 2, ok: true },
      { subject: 'gpus', group: 'inference', wanted: 2, found: 1, ok: false, note: 'none on ip-10-0-0-1' },
      { subject: 'device-plugin', wanted: 2, found: 2, ok: true },
      { subject: 'autoscaler', wanted: 1, found: 1, ok: true },
    ] as const
    golden('checks', formatChecks(checks, 'installer', plain))
    expect(formatChecks([checks[0]], 'kubectl', plain)).toBe(
      'Verified through kubectl:\n  ok  nodes ready  inference  2 of 2',
    )
  })

  test('with commands and what they answer', () => {
    golden(
      'commands',
      formatCommands(
        [
          { command: 'aws eks update-kubeconfig --name ai --region us-east-1' },
          { command: 'kubectl get nodes', answer: { code: 0, stdout: 'NAME   STATUS\nnode   Ready\n', stderr: '' } },
          { command: 'kubectl get pods', answer: { code: 0, stdout: '', stderr: 'No resources found\n' } },
          { command: 'kubectl logs', answer: { code: 1, stdout: '', stderr: 'Error from server' } },
          { command: 'kubectl describe', answer: { code: 0, stdout: '', stderr: '' } },
          {
            command: 'kubectl logs x',
            answer: { code: 0, stdout: Array.from({ length: 15 }, (_, i) => `line ${i}`).join('\n'), stderr: '' },
          },
        ],
        plain,
      ),
    )
  })
})

test('environments', () => {
  const view = {
    name: 'basic-1f3a9c',
    directory: '/home/me/basic',
    asOf: '2026-11-23',
    awsEndpoint: 'http://127.0.0.1:4000',
    clusters: [
      {
        name: 'ai',
        region: 'us-east-1',
        endpoint: 'https://127.0.0.1:4001',
        kubernetes: 'real',
        kubeconfig: '/home/me/k',
      },
    ],
    processes: [
      { name: 'aws-stand-in', pid: 1, running: true },
      { name: 'moto', pid: 2, running: false },
    ],
    terraform: null,
  } as const
  golden(
    'environments',
    formatEnvironments(
      [
        { ...view, state: 'running', terraform: { operation: 'apply', pid: 3, running: true } },
        { ...view, name: 'b', state: 'broken', terraform: { operation: 'apply', pid: 3, running: false } },
        { ...view, name: 'c', state: 'stopped', clusters: [], processes: [], awsEndpoint: '' },
      ],
      plain,
    ),
  )
  expect(formatEnvironments([], plain)).toBe('No local environment. "eks-gpu up examples/basic --local" starts one.')
})

test('what blocks a destroy, and what is left of it', () => {
  golden(
    'blockers',
    `${formatBlockers(
      [
        { kind: 'load-balancer-service', name: 'default/web' },
        { kind: 'ingress', name: 'default/web' },
        { kind: 'volume-claim', name: 'ml/data-0' },
      ],
      plain,
    )}\n${formatLeftovers([{ id: 'eni-1', what: 'AWS Lambda VPC ENI' }], 'these network interfaces still hang in VPC vpc-1', plain)}`,
  )
})

describe('drawCodeFrame', () => {
  test('marks a range over two lines, and an empty one', () => {
    expect(drawCodeFrame({ startLine: 9, code: 'ab\ncd\nef', highlight: { start: 1, end: 4 } }, plain)).toEqual([
      '>  9 | ab',
      '     |  ^',
      '> 10 | cd',
      '     | ^',
      '  11 | ef',
    ])
    expect(drawCodeFrame(frameAt('a\n\nb', 2, 1), plain)).toEqual(['  1 | a', '> 2 |', '  3 | b'])
  })
})

test('drawTable aligns and trims', () => {
  expect(drawTable([{ title: 'a' }, { title: 'nn', align: 'right' }], [['long', '1'], ['x']])).toEqual([
    'a     nn',
    'long   1',
    'x',
  ])
})

test.each([
  [120, '0.1 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_400, '59 s'],
  [185_000, '3 min 05 s'],
])('formatDuration(%i)', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected)
})

describe('progress', () => {
  const record = (isTTY: boolean) => {
    const written: string[] = []
    let time = 0
    const stream = { write: (text: string) => void written.push(text), isTTY, columns: 40 }
    const progress = openProgress(stream, plain, () => time)
    return { progress, text: () => written.join(''), wait: (ms: number) => (time += ms) }
  }

  test('is plain lines without a terminal', () => {
    const { progress, text, wait } = record(false)
    const step = progress.step('Apply')
    step.detail('never shown')
    step.begin('a', 'creating a')
    step.end('a', 'created a')
    wait(2_000)
    step.succeed('well')
    progress.step('Verify').fail('2 checks failed')
    progress.say('Bye')
    progress.close()
    expect(text()).toBe(
      '- Apply\n    created a\n✓ Apply: well (2.0 s)\n- Verify\n✗ Verify: 2 checks failed (0.0 s)\nBye\n',
    )
  })

  test('redraws itself on a terminal, cut to its width, and leaves what stays', () => {
    const { progress, text } = record(true)
    const step = progress.step('Apply')
    step.begin('a', `creating ${'a'.repeat(60)}`)
    progress.say('A note')
    step.succeed()
    progress.close()
    expect(text()).toBe(
      '| Apply (0.0 s)\n' +
        '\u001b[1F\u001b[0JA note\n' +
        `/ Apply (0.0 s)\n    creating ${'a'.repeat(25)}…\n` +
        '\u001b[2F\u001b[0J✓ Apply (0.0 s)\n',
    )
  })
})
