import { expect, it } from 'vitest'
import { shellCommands } from './shell-commands.ts'

const cases: Readonly<Record<string, readonly [script: string, ...commands: readonly (readonly string[])[]]>> = {
  'lists, pipes and comments': [
    'terraform init && terraform apply   # from here\nkubectl get nodes -o json | jq ".items[] | .metadata.name"\n',
    ['terraform', 'init'],
    ['terraform', 'apply'],
    ['kubectl', 'get', 'nodes', '-o', 'json'],
    ['jq', '.items[] | .metadata.name'],
  ],
  'continued lines and variables': [
    'AWS_REGION=us-east-1 aws eks list-clusters \\\n  --output text > clusters.txt 2>&1\n',
    ['aws', 'eks', 'list-clusters', '--output', 'text'],
  ],
  'commands in words': [
    'aws eks describe-nodegroup --nodegroup-name "$(terraform output -raw name)"\n',
    ['aws', 'eks', 'describe-nodegroup', '--nodegroup-name', '$(terraform output -raw name)'],
    ['terraform', 'output', '-raw', 'name'],
  ],
  loops: [
    'for node in $(kubectl get nodes -o name); do\n  kubectl drain "$node"\ndone\n',
    ['kubectl', 'get', 'nodes', '-o', 'name'],
    ['kubectl', 'drain', '$node'],
  ],
  'here-documents': ["kubectl apply -f - <<'EOF'\nkind: Pod\nEOF\nls\n", ['kubectl', 'apply', '-f', '-'], ['ls']],
}

it.each(Object.entries(cases))('%s', (_, [script, ...commands]) => {
  expect(shellCommands(script).map(({ words }) => words)).toEqual(commands)
})

it('says on which line a command begins', () => {
  expect(shellCommands('a \\\n  b\n\nc <<X\n1\n2\nX\nd\n', 10).map(({ line }) => line)).toEqual([10, 13, 17])
})
