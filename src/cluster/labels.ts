/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>

/** The value of one label; own keys only, so that a label named `constructor` is none by default. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
