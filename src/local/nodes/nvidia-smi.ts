import { createHash } from 'node:crypto'
import type { GpuDriver } from '../../catalog/gpu-driver.ts'

const cudaOf: Readonly<Record<string, string>> = { '570': '12.8', '580': '13.0', '595': '13.2' }

/** Marketing names as NVML says them, by the catalogue's model. */
const nvmlNames: Readonly<Record<string, string>> = {
  T4: 'Tesla T4',
  T4G: 'NVIDIA T4G',
  V100: 'Tesla V100-SXM2-16GB',
  A10G: 'NVIDIA A10G',
  L4: 'NVIDIA L4',
  L40S: 'NVIDIA L40S',
  A100: 'NVIDIA A100-SXM4-40GB',
  H100: 'NVIDIA H100 80GB HBM3',
  H200: 'NVIDIA H200',
  B200: 'NVIDIA B200',
  B300: 'NVIDIA B300',
}

/** What `nvidia-smi` prints in a container that has `gpus` of the node's GPUs (all of them when it asked for none). */
export function nvidiaSmi(options: {
  readonly driver: GpuDriver
  readonly model: { readonly name: string; readonly memoryMib: number } | undefined
  readonly gpus: number | undefined
  /** The container's MIG devices by profile; `nvidia-smi -L` lists each below its GPU. */
  readonly migProfiles: readonly string[]
  readonly nowMs: number
  /** `nvidia-smi -L` */
  readonly list: boolean
  /** Decides the GPUs' ids. */
  readonly seed: string
}): string {
  const { driver, model } = options
  switch (driver.state) {
    case 'no-gpu':
    case 'none':
      return 'sh: 1: nvidia-smi: not found\n'
    case 'unfit':
      return 'No devices were found\n'
    case 'ok':
      break
  }
  const count = Math.min(options.gpus ?? driver.gpus, driver.gpus)
  const name = nvmlNames[model?.name ?? ''] ?? `NVIDIA ${model?.name ?? 'GPU'}`
  const indexes = Array.from({ length: count }, (_, index) => index)
  if (options.list) {
    const mig = options.migProfiles.map(
      (profile, index) =>
        `  MIG ${profile.padEnd(11)} Device ${String(index).padStart(2)}: (UUID: ${gpuUuid(`${options.seed}/mig`, index).replace('GPU-', 'MIG-')})\n`,
    )
    const listed = mig.length > 0 ? indexes.slice(0, 1) : indexes
    return [...listed.map((index) => `GPU ${index}: ${name} (UUID: ${gpuUuid(options.seed, index)})\n`), ...mig].join(
      '',
    )
  }
  const cuda = cudaOf[driver.version.split('.')[0] ?? ''] ?? '13.0'
  const lines = [
    new Date(options.nowMs).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 $4'),
    '+-----------------------------------------------------------------------------------------+',
    `| NVIDIA-SMI ${driver.version.padEnd(22)} Driver Version: ${driver.version.padEnd(14)} CUDA Version: ${cuda.padEnd(8)} |`,
    '+-----------------------------------------+------------------------+----------------------+',
    '| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |',
    '| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |',
    '|                                         |                        |               MIG M. |',
    '|=========================================+========================+======================|',
  ]
  for (const index of indexes) {
    const memory = `0MiB / ${String(model?.memoryMib ?? 0).padStart(6)}MiB`
    lines.push(
      `| ${String(index).padStart(3)}  ${name.slice(0, 27).padEnd(31)}On  |   00000000:00:${(0x1e - index).toString(16).toUpperCase().padStart(2, '0')}.0 Off |                    0 |`,
      `| N/A   30C    P8             15W / 300W  | ${memory.padStart(22)} |      0%      Default |`,
      '|                                         |                        |                  N/A |',
      '+-----------------------------------------+------------------------+----------------------+',
    )
  }
  lines.push(
    '',
    '+-----------------------------------------------------------------------------------------+',
    '| Processes:                                                                              |',
    '|  GPU   GI   CI              PID   Type   Process name                        GPU Memory |',
    '|        ID   ID                                                               Usage      |',
    '|=========================================================================================|',
    '|  No running processes found                                                             |',
    '+-----------------------------------------------------------------------------------------+',
    '',
  )
  return lines.join('\n')
}

function gpuUuid(seed: string, index: number): string {
  const hex = createHash('sha256').update(`${seed}/${index}`).digest('hex')
  return `GPU-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')}`
}
