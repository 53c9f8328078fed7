/** What was thrown, as one text for a log: the stack of an error, else the value. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message
  return typeof error === 'string' ? error : JSON.stringify(error)
}
