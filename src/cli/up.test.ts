import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '@stricli/core'
import { describe, expect, test } from 'vitest'
import { planFixture } from '../read/terraform/testing/plan-fixture.ts'
import { fakeTerraform, temporaryFolder } from '../terraform/testing/fake-terraform.ts'
import { application } from './application.ts'
import { type RecordedContext, recordedContext } from './testing/recorded-context.ts'

/** A Terraform that does what `FAKE` (JSON) says and notes each command that is no look. */
const body = `
const fake = JSON.parse(env.FAKE)
const command = args[0]
if (command === 'show') {
  const file = args.at(-1)
  say(fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { values: { root_module: { resources: JSON.parse(fs.existsSync(env.FAKE_STATE) ? fs.readFileSync(env.FAKE_STATE, 'utf8') : '[]') } } })
  process.exit(0)
}
if (command === 'state') process.exit(0)
fs.appendFileSync(env.FAKE_LOG, args.join(' ') + '\\n')
if (command === 'plan') fs.writeFileSync(args.find((arg) => arg.startsWith('-out=')).slice(5), JSON.stringify(fake.plan))
if (command === 'import') fs.writeFileSync(env.FAKE_STATE, JSON.stringify([{ address: args.at(-2), type: 'x', name: 'y', values: {} }]))
const told = fake[command] ?? {}
if (told.interruptible) {
  process.on('SIGINT', () => { for (const line of told.onInterrupt) say(line); process.exit(1) })
  setInterval(() => {}, 1000)
}
for (const line of told.lines ?? []) say(line)
if (told.killed) process.kill(process.pid, 'SIGKILL')
if (!told.interruptible) process.exit(told.code ?? (command === 'plan' ? 2 : 0))
`

const start = (addr: string, action = 'create') => ({
  type: 'apply_start',
  hook: { resource: { addr, resource_type: addr.split('.')[0] }, action },
})
const complete = (addr: string, action = 'create') => ({ ...start(addr, action), type: 'apply_complete' })
const error = (summary: string) => ({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail: '' } })

const smallPlan = {
  format_version: '1.2',
  resource_changes: ['aws_cloudwatch_log_group.a', 'aws_cloudwatch_log_group.b'].map((address) => ({
    address,
    mode: 'managed',
    type: 'aws_cloudwatch_log_group',
    name: address.split('.')[1],
    change: { actions: ['create'], before: null, after: { name: `/${address}` } },
  })),
}

type Prepared = RecordedContext & {
  readonly root: string
  readonly home: string
  readonly commands: () => readonly string[]
  readonly run: (...args: readonly string[]) => Promise<number>
  readonly set: (fake: unknown) => void
}

function prepare(fake: unknown): Prepared {
  const base = temporaryFolder('up')
  const root = join(base, 'my-cluster')
  const home = join(base, 'home')
  mkdirSync(root)
  writeFileSync(join(root, 'main.tf'), 'terraform {}\n')
  const { path } = fakeTerraform(join(base, 'bin'), body)
  const log = join(base, 'log')
  const env: NodeJS.ProcessEnv = {
    PATH: '/usr/bin:/bin',
    HOME: base,
    XDG_DATA_DIRS: join(base, 'nothing'),
    NO_COLOR: '1',
    EKS_GPU_HOME: home,
    EKS_GPU_TERRAFORM: path,
    // A proxy that nobody listens on: the registry is asked, and does not answer.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    FAKE: JSON.stringify(fake),
    FAKE_LOG: log,
    FAKE_STATE: join(base, 'state.json'),
  }
  const recorded = recordedContext(base, env)
  return {
    ...recorded,
    root,
    home,
    commands: () => {
      try {
        return readFileSync(log, 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0] ?? '')
      } catch {
        return []
      }
    },
    run: async (...args) => {
      recorded.context.exit = 0
      await run(application(), args, recorded.context)
      return recorded.context.exit
    },
    set: (next) => {
      env['FAKE'] = JSON.stringify(next)
    },
  }
}

const withoutMirrorLine = (text: string) => text.replace(/^registry\..*\n/gm, '')

describe('up', () => {
  test('plans, shows, applies and says what comes next', async () => {
    const up = prepare({
      plan: smallPlan,
      apply: { lines: smallPlan.resource_changes.flatMap(({ address }) => [start(address), complete(address)]) },
    })
    expect(await up.run('up', 'my-cluster', '--yes', '--var', 'a=b c')).toBe(0)
    expect(up.commands()).toEqual(['init', 'plan', 'apply'])
    expect(up.out()).toBe(
      "\nPlan: + 2 to create\n\n\nNext:\n  eks-gpu down my-cluster --var 'a=b c'   # takes all of it down again\n",
    )
    expect(withoutMirrorLine(up.err())).toBe(
      [
        '- Prepare Terraform 1.11.4',
        '✓ Prepare Terraform 1.11.4 (TIME)',
        '- Plan',
        '✓ Plan (TIME)',
        '- Apply',
        '    created aws_cloudwatch_log_group.a',
        '    created aws_cloudwatch_log_group.b',
        '✓ Apply (TIME)',
        '',
      ].join('\n'),
    )
    expect(readdirSync(up.root)).toEqual(['main.tf'])
  })

  test('gives one JSON document', async () => {
    const up = prepare({ plan: planFixture })
    expect(await up.run('up', 'my-cluster', '--yes', '--quiet', '--format', 'json')).toBe(0)
    expect(JSON.parse(up.out())).toMatchObject({
      schemaVersion: 1,
      plan: { counts: { create: 3 }, pricesAsOf: '2026-07-20' },
      clusters: [],
    })
  })

  test('does not apply a plan without changes', async () => {
    const up = prepare({ plan: { format_version: '1.2', code: 0 } })
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(0)
    expect(up.commands()).toEqual(['init', 'plan'])
    expect(up.out()).toContain('Plan: no changes.')
  })

  test('asks, and without a terminal says how to go on', async () => {
    const up = prepare({ plan: smallPlan })
    expect(await up.run('up', 'my-cluster')).toBe(1)
    expect(up.commands()).toEqual(['init', 'plan'])
    expect(up.err()).toContain(
      'Error: This needs a yes, and there is no terminal to ask on.\n  Fix: add --yes, or run it in a terminal\n',
    )
  })

  test('words what Terraform says when it cannot plan', async () => {
    const up = prepare({ plan: { ...smallPlan, lines: [error('No valid credential sources found')], code: 1 } })
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(1)
    expect(up.err()).toContain(
      '✗ Plan: could not plan (TIME)\n\nError: No valid credential sources found\n  What it means: There are no usable AWS credentials.\n',
    )
    expect(up.commands()).toEqual(['init', 'plan'])
  })

  test('says what state a failed apply leaves', async () => {
    const up = prepare({
      plan: smallPlan,
      apply: {
        lines: [
          start('aws_cloudwatch_log_group.a'),
          complete('aws_cloudwatch_log_group.a'),
          start('aws_cloudwatch_log_group.b'),
          { ...start('aws_cloudwatch_log_group.b'), type: 'apply_errored' },
          error('no'),
        ],
        code: 1,
      },
    })
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(1)
    expect(up.err()).toContain(
      '✗ Apply: apply failed (TIME)\n\nError: no\n\n1 of 2 changes are made and recorded. Nothing is lost.\n  Go on:     eks-gpu up my-cluster\n  Take down: eks-gpu down my-cluster\n',
    )
  })

  test('passes one interrupt and waits', async () => {
    const up = prepare({
      plan: smallPlan,
      apply: {
        interruptible: true,
        lines: [start('aws_cloudwatch_log_group.a')],
        onInterrupt: [complete('aws_cloudwatch_log_group.a'), error('execution halted')],
      },
    })
    let sent = false
    const running = up.run('up', 'my-cluster', '--yes')
    const timer = setInterval(() => {
      if (sent || !up.commands().includes('apply')) return
      sent = true
      setTimeout(() => up.send('SIGINT'), 300)
    }, 50)
    expect(await running).toBe(1)
    clearInterval(timer)
    expect(up.err()).toContain(
      'Interrupted: Terraform ends what it has begun and saves its state. This can take some minutes; please wait.\n',
    )
    expect(up.err()).toContain(
      '✗ Apply: interrupted (TIME)\n\n1 of 2 changes are made and recorded. Nothing is lost.\n',
    )
    expect(up.err()).not.toContain('execution halted')
  })

  test('after a killed Terraform, looks up what it was creating', async () => {
    const up = prepare({ plan: smallPlan, apply: { killed: true, lines: [start('aws_cloudwatch_log_group.a')] } })
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(1)
    expect(up.err()).toContain('Error: Terraform was ended from outside (SIGKILL).')
    expect(up.err()).toContain('In the making when it ended: aws_cloudwatch_log_group.a; the next run looks them up.')
    up.set({ plan: { format_version: '1.2', code: 0 } })
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(0)
    expect(up.err()).toContain('    adopted aws_cloudwatch_log_group.a (/aws_cloudwatch_log_group.a)\n')
    expect(up.commands()).toEqual(['init', 'plan', 'apply', 'init', 'import', 'plan'])
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(0)
    expect(up.commands().slice(6)).toEqual(['init', 'plan'])
  })

  test('finds a misspelt attribute before anything runs', async () => {
    const up = prepare({})
    mkdirSync(join(up.root, '..', 'modules/eks-gpu-cluster'), { recursive: true })
    writeFileSync(
      join(up.root, '..', 'modules/eks-gpu-cluster/variables.tf'),
      'variable "gpu_node_groups" {\n  type = map(object({ min_size = optional(number) }))\n}\n',
    )
    writeFileSync(
      join(up.root, 'main.tf'),
      'module "gpu" {\n  source = "../modules/eks-gpu-cluster"\n  gpu_node_groups = {\n    inference = { minimum_size = 1 }\n  }\n}\n',
    )
    expect(await up.run('up', 'my-cluster', '--yes')).toBe(2)
    expect(up.commands()).toEqual([])
    expect(up.err()).toBe(
      [
        'Error: GPU node group inference has an attribute minimum_size, which the module does not know.',
        '  at my-cluster/main.tf:4:19',
        '      3 |   gpu_node_groups = {',
        '    > 4 |     inference = { minimum_size = 1 }',
        '        |                   ^^^^^^^^^^^^',
        '      5 |   }',
        '  Why: Terraform drops unknown attributes of an object without a word, so this line would do nothing.',
        '  Fix: did you mean min_size?',
        '',
      ].join('\n'),
    )
  })

  test.each([
    [['up', 'nowhere'], 'There is no directory'],
    [['up', 'my-cluster', '--var-file', 'no.tfvars'], 'There is no file no.tfvars, which --var-file names.'],
    [['up', 'bin'], 'holds no .tf or .tf.json file'],
  ])('%j is refused', async (args, text) => {
    const up = prepare({})
    expect(await up.run(...args)).toBe(1)
    expect(up.err()).toContain(text)
  })
})

describe('down', () => {
  test('destroys what stands', async () => {
    const plan = {
      format_version: '1.2',
      resource_changes: smallPlan.resource_changes.map((each) => ({
        ...each,
        change: { actions: ['delete'], before: {}, after: null },
      })),
    }
    const down = prepare({ plan, apply: { lines: [start('a.b', 'delete'), complete('a.b', 'delete')] } })
    expect(await down.run('down', 'my-cluster', '--yes')).toBe(0)
    expect(down.out()).toBe('Plan: - 2 to delete\n')
    expect(down.err()).toContain('    deleted a.b\n✓ Destroy (TIME)\n')
  })

  test('--local of a directory without an environment is done already', async () => {
    const down = prepare({})
    expect(await down.run('down', 'my-cluster', '--local')).toBe(0)
    expect(down.out()).toBe('Nothing of my-cluster runs on this machine.\n')
  })
})

test('local status without environments', async () => {
  const status = prepare({})
  expect(await status.run('local', 'status')).toBe(0)
  expect(await status.run('local', 'status', '--format', 'json')).toBe(0)
  expect(status.out()).toBe(
    'No local environment. "eks-gpu up examples/basic --local" starts one.\n{\n  "schemaVersion": 1,\n  "environments": []\n}\n',
  )
})

test('local token of a cluster that is not there', async () => {
  const token = prepare({})
  expect(await token.run('local', 'token', '--cluster', 'x')).toBe(1)
  expect(token.err()).toContain('Error: There is no local cluster x.')
})
