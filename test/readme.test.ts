import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@stricli/core'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { application } from '../src/cli/application.ts'
import { recordedContext } from '../src/cli/testing/recorded-context.ts'
import { parseKubernetesVersion } from '../src/cluster/kubernetes-version.ts'
import { readNode } from '../src/read/kubernetes/read-node.ts'
import { readPod } from '../src/read/kubernetes/read-pod.ts'
import { readRootModule } from '../src/read/terraform/root-module.ts'
import { inspectModuleCalls } from '../src/read/terraform/unknown-attributes.ts'
import { nodeState } from '../src/scheduler/node-state.ts'
import { schedule } from '../src/scheduler/schedule.ts'
import { snapshotOf } from '../src/scheduler/snapshot.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = ['README.md', 'modules/eks-gpu-cluster/README.md']
const text = (page: string) => readFileSync(join(root, page), 'utf8')
const snippets = (page: string, language: string) =>
  [...text(page).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, snippet = '']) => snippet)

describe('README.md', () => {
  it('opens with the two lines', () => {
    const lines = (snippets('README.md', 'sh')[0] ?? '').split('\n').map((line) => line.replace(/\s+#.*$/, ''))
    expect(lines).toEqual(['npm ci && npx eks-gpu up examples/basic --local', 'npm ci && npm test', ''])
  })

  it.each([
    ...new Set(
      [...text('README.md').matchAll(/^\| `eks-gpu ([a-z -]+?)(?: DIR| FILE)?(?: -.*)?` \|/gm)].map(
        ([, name = '']) => name,
      ),
    ),
  ])('names a command that is there: %s', async (name) => {
    const recorded = recordedContext(root, {})
    await run(application(), [...name.split(' '), '--help'], recorded.context)
    expect(recorded.out()).toContain(`eks-gpu ${name}`)
  })
})

describe.each(pages)('%s', (page) => {
  it('has module calls with arguments and attributes that the module knows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-readme-'))
    const calls = snippets(page, 'hcl').filter((snippet) => snippet.includes('module "gpu_cluster"'))
    expect(calls.length).toBeGreaterThan(0)
    for (const [index, snippet] of calls.entries()) {
      const directory = join(folder, String(index))
      mkdirSync(directory)
      symlinkSync(join(root, 'modules'), join(directory, 'modules'))
      writeFileSync(join(directory, 'main.tf'), snippet)
      const module = await readRootModule(directory)
      expect(module.files.filter(({ hcl }) => hcl.broken !== undefined)).toEqual([])
      expect((await inspectModuleCalls(module, [], join(root, 'modules/eks-gpu-cluster'))).unknown).toEqual([])
    }
    rmSync(folder, { recursive: true, force: true })
  })

  it('has a pod that lands on a GPU node of ours', () => {
    const node = readNode({
      metadata: { name: 'gpu', labels: {} },
      spec: { taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }] },
      status: { allocatable: { cpu: '4', memory: '16Gi', pods: '58', 'nvidia.com/gpu': '1' } },
    })
    const pods = snippets(page, 'yaml').flatMap((snippet) =>
      parseAllDocuments(snippet).map((document): unknown => document.toJS()),
    )
    expect(pods.length).toBeGreaterThan(0)
    for (const pod of pods)
      expect(schedule(readPod(pod), snapshotOf([nodeState(node, [])], parseKubernetesVersion('1.36.0')))).toMatchObject(
        {
          kind: 'placed',
        },
      )
  })
})
