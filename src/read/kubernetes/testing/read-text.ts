import type { KubernetesInput, KubernetesInputOptions } from '../kubernetes-input.ts'
import { readKubernetesInput } from '../read-kubernetes-input.ts'

/** Reads manifests given as text: one file `a.yaml`, or several by name. */
export function readText(
  files: string | Readonly<Record<string, string>>,
  options: Partial<KubernetesInputOptions> = {},
): Promise<KubernetesInput> {
  const named = typeof files === 'string' ? { 'a.yaml': files } : files
  const sources = Object.entries(named).map(([name, text]) => ({ name, open: () => pieces(text) }))
  return readKubernetesInput(sources, { kubernetesVersion: '1.36.3', ...options })
}

async function* pieces(text: string): AsyncGenerator<string> {
  await Promise.resolve()
  for (let at = 0; at < text.length; at += 1000) yield text.slice(at, at + 1000)
}
