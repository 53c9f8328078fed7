/** `40GiB`, `40Gi`, `40GB`, `40G` or `40` as MiB: vendors' decimal units mean binary ones. Throws for anything else. */
export function gpuMemoryMib(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(g)i?b?|(m)i?b?)?$/i.exec(text.trim())
  if (match === null) throw new Error(`${JSON.stringify(text)} is not an amount of memory such as 40GiB`)
  return Number(match[1]) * (match[3] === undefined ? 1024 : 1)
}
