import { expect, it } from 'vitest'
import { commandFault } from './programs.ts'

const refused: Readonly<Record<string, string>> = {
  'npx eks-gpu up': 'Expected argument for DIR',
  'npx eks-gpu up examples/nowhere --local': 'examples/nowhere is not there',
  'npx eks-gpu up examples/basic --locale': 'No flag registered for --locale, did you mean --local?',
  'npx eks-gpu local state': 'no command named state',
  'npx eks-gpu down examples/basic --format json': 'No flag registered for --format',
  'terraform aply': 'terraform aply is not in test/docs/programs.ts',
  'terraform plan -lock=fales': 'terraform plan -lock=fales is not in test/docs/programs.ts',
  'terraform output -raw manifest': 'there is no output manifest',
  'kubectl -n kube-system gte pods': 'kubectl gte is not in test/docs/programs.ts',
  'aws ekz list-clusters': 'aws ekz is not in test/docs/programs.ts',
  'npm run tets': 'package.json has no script tets',
  frobnicate: 'frobnicate is no program that test/docs/programs.ts knows: name another, or try it and add it there',
}

it.each(Object.entries(refused))('finds %s', async (line, fault) => {
  expect(await commandFault(line.split(' '), 'README.md')).toBe(fault)
})

it.each([
  'npx eks-gpu up examples/basic --local --as-of 2026-01-15',
  'npx eks-gpu --version',
  'eks-gpu simulate examples/production -f pods.yaml --html report.html',
  'terraform -chdir=examples/basic output -raw manifests',
  'kubectl --namespace kube-system get pods -o wide',
  'aws --region us-east-1 eks list-clusters',
])('takes %s', async (line) => {
  expect(await commandFault(line.split(' '), 'README.md')).toBeUndefined()
})
