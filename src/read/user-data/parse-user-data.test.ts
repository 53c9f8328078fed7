import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type NodeBootstrap, parseUserData } from './parse-user-data.ts'

const nothing = {
  clusterName: undefined,
  labels: {},
  taints: [],
  maxPods: undefined,
  reserves: {},
  localStorage: undefined,
  problems: [],
}

const nodeConfig = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: prod
    apiServerEndpoint: https://example.eks.amazonaws.com
    certificateAuthority: Y2E=
    cidr: 172.20.0.0/16
  kubelet:
    config:
      maxPods: 110
      registerWithTaints:
        - {key: nvidia.com/gpu, value: "true", effect: NoSchedule}
        - {key: spot, effect: PreferNoSchedule}
    flags:
      - --node-labels=nvidia.com/gpu=true,team=ml
      - "--node-labels=eks.amazonaws.com/nodegroup=gpu"
  instance:
    localStorage:
      strategy: RAID0
`

const mime = (...parts: readonly (readonly [string, string])[]): string =>
  [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="//"',
    '',
    ...parts.flatMap(([type, body]) => ['--//', `Content-Type: ${type}`, '', body]),
    '--//--',
    '',
  ].join('\n')

const cases: readonly (readonly [string, string, NodeBootstrap])[] = [
  ['nothing at all', '  \n', { ...nothing, format: 'none' }],
  [
    'a bare NodeConfig',
    nodeConfig,
    {
      format: 'nodeadm',
      clusterName: 'prod',
      labels: { 'nvidia.com/gpu': 'true', team: 'ml', 'eks.amazonaws.com/nodegroup': 'gpu' },
      taints: [
        { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' },
        { key: 'spot', effect: 'PreferNoSchedule' },
      ],
      maxPods: 110,
      reserves: {},
      localStorage: 'RAID0',
      problems: [],
    },
  ],
  [
    'a multi-part document: a script, a fragment, and a NodeConfig that wins',
    mime(
      ['text/x-shellscript; charset="us-ascii"', '#!/bin/bash\necho hello'],
      [
        'application/node.eks.aws',
        'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config: {maxPods: 20}\n    flags: [--node-labels=a=1]',
      ],
      [
        'application/node.eks.aws',
        'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster: {name: prod}\n  kubelet:\n    flags: ["--node-labels=b=2,a=3", "--register-with-taints=k=v:NoExecute,bare:NoSchedule", "--max-pods=29"]',
      ],
    ),
    {
      ...nothing,
      format: 'nodeadm',
      clusterName: 'prod',
      labels: { a: '3', b: '2' },
      taints: [
        { key: 'k', value: 'v', effect: 'NoExecute' },
        { key: 'bare', effect: 'NoSchedule' },
      ],
      maxPods: 29,
    },
  ],
  [
    'Windows line ends and a base64 part',
    `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=BOUNDARY\r\n\r\n--BOUNDARY\r\nContent-Type: application/node.eks.aws\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {cluster: {name: prod}}').toString('base64')}\r\n--BOUNDARY--\r\n`,
    { ...nothing, format: 'nodeadm', clusterName: 'prod' },
  ],
  [
    'Bottlerocket',
    `[settings.kubernetes]
cluster-name = "prod"
api-server = "https://example"
max-pods = 58

[settings.kubernetes.node-labels]
"nvidia.com/gpu" = "true"

[settings.kubernetes.node-taints]
"nvidia.com/gpu" = ["true:NoSchedule", ":NoExecute"]
spot = "yes:PreferNoSchedule"
bad = "yes:Sometimes"
`,
    {
      ...nothing,
      format: 'bottlerocket',
      clusterName: 'prod',
      labels: { 'nvidia.com/gpu': 'true' },
      taints: [
        { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' },
        { key: 'nvidia.com/gpu', effect: 'NoExecute' },
        { key: 'spot', value: 'yes', effect: 'PreferNoSchedule' },
      ],
      maxPods: 58,
      problems: ['settings.kubernetes.node-taints has no valid taint "yes:Sometimes" for key bad.'],
    },
  ],
  [
    'NodeConfigs whose kubelet settings are merged member by member',
    mime(
      [
        'application/node.eks.aws',
        'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  featureGates: {FastImagePull: true}\n  kubelet:\n    config:\n      kubeReserved: {memory: 2Gi, cpu: 1}\n      evictionHard: {nodefs.available: 15%}\n    flags: [--max-pods=40]\n  containerd: {config: "max = ="}',
      ],
      [
        'application/node.eks.aws',
        'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n      maxPods: 58\n      kubeReserved: {memory: 3Gi}\n      systemReserved: {memory: lots}',
      ],
    ),
    {
      ...nothing,
      format: 'nodeadm',
      maxPods: 40,
      reserves: {
        kubeReserved: { memory: '3Gi', cpu: '1' },
        systemReserved: { memory: 'lots' },
        evictionHard: { 'nodefs.available': '15%' },
      },
      problems: [
        'NodeConfig 1 has a containerd.config that is not TOML: Invalid TOML document: invalid value.',
        'The kubelet setting systemReserved has no valid amount "lots" for memory.',
      ],
    },
  ],
  [
    'Bottlerocket with settings of the kubelet',
    `[settings.kubernetes]
max-pods = 40

[settings.kubernetes.eviction-hard]
"memory.available" = "1Gi"

[settings.kubernetes.kube-reserved]
"cpu" = "500m"
`,
    {
      ...nothing,
      format: 'bottlerocket',
      maxPods: 40,
      reserves: { kubeReserved: { cpu: '500m' }, evictionHard: { 'memory.available': '1Gi' } },
    },
  ],
  [
    'Bottlerocket that joins its local disks',
    `[settings.bootstrap-commands.000-local-storage]
commands = [["apiclient", "ephemeral-storage", "init"], ["apiclient", "ephemeral-storage", "bind", "--dirs", "/var/lib/containerd"]]
mode = "always"
essential = true
`,
    { ...nothing, format: 'bottlerocket', localStorage: 'RAID0' },
  ],
  [
    'Bottlerocket that joins its local disks and leaves them unused',
    `[settings.bootstrap-commands.000-local-storage]
commands = [["apiclient", "ephemeral-storage", "init"]]
`,
    { ...nothing, format: 'bottlerocket' },
  ],
  [
    'the script of Amazon Linux 2',
    `#!/bin/bash
/etc/eks/bootstrap.sh 'prod' \\
  --kubelet-extra-args '--node-labels=a=1,b=2 --register-with-taints=gpu=true:NoSchedule --max-pods=10'
`,
    {
      ...nothing,
      format: 'shell',
      clusterName: 'prod',
      labels: { a: '1', b: '2' },
      taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }],
      maxPods: 10,
    },
  ],
  [
    'a script that divides GPUs beside a NodeConfig',
    mime(
      ['application/node.eks.aws', 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {}'],
      [
        'text/x-shellscript; charset="us-ascii"',
        '#!/bin/bash\n# nvidia-smi mig -cgi 7g.40gb -C\nnvidia-smi mig -dgi || true\nnvidia-smi mig -i 0 -cgi 3g.20gb,1g.5gb+me -C',
      ],
    ),
    { ...nothing, format: 'nodeadm', mig: { kind: 'devices', profiles: ['3g.20gb', '1g.5gb+me'] } },
  ],
  [
    'Bottlerocket that divides and shares GPUs',
    `[settings.kubelet-device-plugins.nvidia]
device-partitioning-strategy = "mig"
device-sharing-strategy = "time-slicing"

[settings.kubelet-device-plugins.nvidia.time-slicing]
replicas = 4

[settings.kubelet-device-plugins.nvidia.mig.profile]
"a100.40gb" = "7"
`,
    {
      ...nothing,
      format: 'bottlerocket',
      mig: { kind: 'bottlerocket', byGpu: { 'a100.40gb': '7' } },
      builtInSharing: {
        migStrategy: 'single',
        kind: 'timeSlicing',
        renameByDefault: true,
        oneShareEach: true,
        replicas: { 'nvidia.com/gpu': 4 },
      },
    },
  ],
  ['a script of its own', '#!/bin/sh\n/opt/bootstrap\n', { ...nothing, format: 'shell' }],
  [
    'a NodeConfig that is not YAML',
    'apiVersion: node.eks.aws/v1alpha1\nkind: [NodeConfig\n',
    {
      ...nothing,
      format: 'nodeadm',
      problems: [
        'NodeConfig is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 18.',
      ],
    },
  ],
  [
    'a NodeConfig with a taint that Kubernetes does not know',
    'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n      registerWithTaints: [{key: a, effect: NO_SCHEDULE}]\n',
    {
      ...nothing,
      format: 'nodeadm',
      problems: [
        'NodeConfig is not valid at spec.kubelet.config.registerWithTaints.0.effect: Invalid option: expected one of "NoSchedule"|"PreferNoSchedule"|"NoExecute".',
      ],
    },
  ],
]

test.each(cases)('%s', (_name, userData, expected) => {
  expect(parseUserData(userData)).toEqual(expected)
})

test('never throws, and labels given as flags come back', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}[a-z0-9]$/)
  fc.assert(fc.property(fc.string(), (text) => void parseUserData(text)))
  fc.assert(
    fc.property(fc.dictionary(word, word, { minKeys: 1, maxKeys: 5 }), (labels) => {
      const flag = `--node-labels=${Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(',')}`
      const text = `apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    flags:\n      - ${JSON.stringify(flag)}\n`
      expect(parseUserData(text).labels).toEqual(labels)
    }),
  )
})

test.each([
  ['a script', '#!/bin/bash\n# vm.nr_hugepages=1\nsysctl -w vm.nr_hugepages=5280\n', 5280],
  [
    'a script beside a NodeConfig',
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: application/node.eks.aws\n\n---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {}\n--B\nContent-Type: text/x-shellscript; charset="us-ascii"\n\n#!/bin/bash\nsysctl -w vm.nr_hugepages=880\n\n--B--\n',
    880,
  ],
  ['a setting', '[settings.kernel.sysctl]\n"vm/nr_hugepages" = "10560"\n', 10_560],
  ['a setting with a dot', '[settings.kernel.sysctl]\n"vm.nr_hugepages" = "10560"\n', 10_560],
  ['nothing', '#!/bin/bash\necho vm.nr_hugepages\n', undefined],
])('huge pages of %s', (_, userData, pages) => {
  expect(parseUserData(userData).hugePages).toBe(pages)
})
