import { expect, test } from 'vitest'
import { type ContainerRun, containerRun } from './container-run.ts'

const runs: ContainerRun = { kind: 'runs' }
const ends = (afterMs: number, exitCode = 0): ContainerRun => ({ kind: 'ends', afterMs, exitCode })

test.each<readonly [readonly string[], readonly string[], 'Always' | 'OnFailure' | 'Never', ContainerRun]>([
  [[], [], 'Always', runs],
  [[], [], 'Never', ends(2_000)],
  [['nvidia-smi'], [], 'OnFailure', ends(2_000)],
  [['nvidia-smi'], [], 'Always', runs],
  [['sleep', '30'], [], 'Never', ends(30_000)],
  [['sleep', '30'], [], 'Always', runs],
  [['sleep'], ['1m'], 'Never', ends(60_000)],
  [['/bin/sh', '-c', 'nvidia-smi; sleep 0.5 && sleep 2'], [], 'Never', ends(2_500)],
  [['sh', '-c'], ['sleep infinity'], 'Never', runs],
  [['tail', '-f', '/dev/null'], [], 'Never', runs],
  [['bash', '-ec', 'while true; do date; sleep 1; done'], [], 'Never', runs],
  [['sleep', '2d'], [], 'Never', ends(3_600_000)],
  [['false'], [], 'Always', ends(2_000, 1)],
  [['/bin/false'], [], 'Never', ends(2_000, 1)],
  [['sh', '-c', 'echo bad; sleep 1; exit 3'], [], 'OnFailure', ends(1_000, 3)],
  [['sh', '-c', 'exit 0'], [], 'Never', ends(2_000)],
  [['python', '-c', 'exit(1)'], [], 'Never', ends(2_000)],
])('%j %j in a pod that restarts %s', (command, args, restartPolicy, expected) => {
  expect(containerRun({ command, args }, restartPolicy)).toEqual(expected)
})
