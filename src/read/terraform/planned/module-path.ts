/** One step of a module path; without a key every instance is meant. */
export type ModuleStep = { readonly name: string; readonly key?: string | number }

const step = /module\.([A-Za-z0-9_-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?/y

/** Reads the module path at the start of an address: `module.a["x"].module.b.aws_vpc.this` gives `a["x"]`, `b`. */
export function modulePathOf(address: string): readonly ModuleStep[] {
  const steps: ModuleStep[] = []
  let position = 0
  for (;;) {
    step.lastIndex = position
    const match = step.exec(address)
    if (match === null) return steps
    const [text, name = '', key] = match
    steps.push(key === undefined ? { name } : { name, key: keyOf(key) })
    position += text.length + 1
    if (address[position - 1] !== '.') return steps
  }
}

/** An instance key as addresses write it: `0` or `"name"`. */
export function keyOf(text: string): string | number {
  if (!text.startsWith('"')) return Number(text)
  const key: unknown = JSON.parse(text)
  return String(key)
}

/** Whether an instance's path is one that the pattern, whose keys may be left out, means. */
export function matchesModulePath(pattern: readonly ModuleStep[], path: readonly ModuleStep[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((wanted, index) => {
      const found = path[index]
      return found?.name === wanted.name && (wanted.key === undefined || wanted.key === found.key)
    })
  )
}
