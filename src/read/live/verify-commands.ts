import { type Kubectl, type KubectlAnswer, runKubectl } from './kubectl.ts'
import { withOneToken } from './with-one-token.ts'

/** A command that a person can type to see that a GPU cluster works. */
export type VerifyCommand = {
  readonly command: string
  /** Arguments for kubectl; absent where the command is not kubectl's. */
  readonly kubectl?: readonly string[]
  /** What the rest of the pipeline keeps of kubectl's output. */
  readonly filter?: (output: string) => string
}

/** The six commands of the README, in their order. */
export function verifyCommands(cluster: { readonly name: string; readonly region: string }): readonly VerifyCommand[] {
  return [
    { command: `aws eks update-kubeconfig --name ${cluster.name} --region ${cluster.region}` },
    { command: 'kubectl get nodes -l nvidia.com/gpu=true', kubectl: ['get', 'nodes', '-l', 'nvidia.com/gpu=true'] },
    {
      command: 'kubectl describe nodes | grep -A5 "Allocatable:" | grep nvidia',
      kubectl: ['describe', 'nodes'],
      filter: (output) => grep(grep(output, 'Allocatable:', 5), 'nvidia', 0),
    },
    {
      command: 'kubectl get pods -n kube-system -l name=nvidia-device-plugin-ds',
      kubectl: ['get', 'pods', '-n', 'kube-system', '-l', 'name=nvidia-device-plugin-ds'],
    },
    {
      command: 'kubectl logs -n kube-system -l name=nvidia-device-plugin-ds',
      kubectl: ['logs', '-n', 'kube-system', '-l', 'name=nvidia-device-plugin-ds'],
    },
    {
      command: 'kubectl logs -n kube-system -l app=cluster-autoscaler',
      kubectl: ['logs', '-n', 'kube-system', '-l', 'app=cluster-autoscaler'],
    },
  ]
}

/** A verify command with what it answered, where it could be run. */
export type AnsweredCommand = { readonly command: string; readonly answer?: KubectlAnswer }

/** Runs those of the commands that are kubectl's, with one token for all. */
export function answerCommands(
  commands: readonly VerifyCommand[],
  kubectl: Kubectl | undefined,
): Promise<readonly AnsweredCommand[]> {
  return kubectl === undefined
    ? answerAll(commands, undefined)
    : withOneToken(kubectl, (session) => answerAll(commands, session))
}

async function answerAll(
  commands: readonly VerifyCommand[],
  kubectl: Kubectl | undefined,
): Promise<readonly AnsweredCommand[]> {
  const answered: AnsweredCommand[] = []
  for (const { command, kubectl: args, filter } of commands) {
    if (kubectl === undefined || args === undefined) {
      answered.push({ command })
      continue
    }
    const answer = await runKubectl(kubectl, args)
    answered.push({ command, answer: filter === undefined ? answer : { ...answer, stdout: filter(answer.stdout) } })
  }
  return answered
}

/** `grep -A AFTER TEXT`, without the line of dashes between groups. */
function grep(text: string, wanted: string, after: number): string {
  const lines = text.split('\n')
  let left = 0
  const kept = lines.filter((line) => {
    left = line.includes(wanted) ? after + 1 : left - 1
    return left > 0
  })
  return kept.join('\n')
}
