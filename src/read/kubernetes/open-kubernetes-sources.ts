import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../../cluster/problem.ts'
import type { KubernetesSource } from './kubernetes-input.ts'

/** What paths stand for. */
export type KubernetesSources = { readonly sources: readonly KubernetesSource[]; readonly problems: readonly Problem[] }

const extensions = ['.yaml', '.yml', '.json']

/**
 * The files behind paths, in the order of the paths: a file is itself, a folder every `.yaml`, `.yml` and `.json` file in
 * it and below, sorted by path, and `-` standard input. Hidden folders are left out. A path that leads nowhere is a problem.
 */
export async function openKubernetesSources(
  paths: readonly string[],
  stdin: AsyncIterable<string | Uint8Array> = process.stdin,
): Promise<KubernetesSources> {
  const sources: KubernetesSource[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    if (path === '-') {
      sources.push({ name: '-', open: () => decode(stdin) })
      continue
    }
    const files = await filesOf(path)
    if ('problem' in files) problems.push(files.problem)
    else sources.push(...files.files.map((file) => ({ name: file, open: () => decode(createReadStream(file)) })))
  }
  return { sources, problems }
}

async function filesOf(path: string): Promise<{ readonly files: readonly string[] } | { readonly problem: Problem }> {
  try {
    const found = await stat(path)
    if (!found.isDirectory()) return { files: [path] }
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile() && extensions.some((extension) => entry.name.endsWith(extension)))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (file) =>
          !file
            .slice(path.length)
            .split(/[\\/]/)
            .some((part) => part.startsWith('.')),
      )
    if (files.length > 0) return { files: files.toSorted() }
    return {
      problem: {
        id: 'manifests-not-found',
        what: `the folder ${path} holds no .yaml, .yml or .json file`,
        fix: 'name a file, or a folder that has manifests in it or below',
      },
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return {
      problem: {
        id: 'manifests-not-found',
        what: `${path} cannot be read`,
        why: reason === 'ENOENT' ? 'there is no such file or folder' : `the system says ${reason}`,
        fix: 'give the path of a file or folder of manifests, or - for standard input',
      },
    }
  }
}

/** UTF-8 text, without a byte-order mark, however the bytes are cut. */
async function* decode(bytes: AsyncIterable<string | Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  for await (const piece of bytes) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}
