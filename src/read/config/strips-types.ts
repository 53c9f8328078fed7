/** Whether this Node takes types away by itself, as it does from 22.18 and 23.6 on. */
export function stripsTypes(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript)
}
