/**
 * Orders texts by their UTF-8 bytes. Node names are ASCII by the rules of Kubernetes, and UTF-16 code units order those
 * alike.
 */
export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
