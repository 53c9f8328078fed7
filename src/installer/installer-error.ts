/**
 * What a run of the installer ends with when it does not end well. `InstallerRefused`: the request or the cluster asks
 * for something the installer never does, and nothing was changed. `InstallerFailed`: it tried; the next apply goes on.
 *
 * Terraform's aws provider prints the function's error payload as JSON text, so a message is one paragraph: without
 * line breaks and double quotes, which would arrive escaped, and without a stack.
 */
export class InstallerError extends Error {
  override readonly name: 'InstallerRefused' | 'InstallerFailed'

  constructor(name: 'InstallerRefused' | 'InstallerFailed', message: string) {
    super(readable(message))
    this.name = name
    this.stack = ''
  }
}

/** An {@link InstallerError} for a request that is never carried out. */
export function refused(message: string): InstallerError {
  return new InstallerError('InstallerRefused', message)
}

/** An {@link InstallerError} for work that could not be completed. */
export function failed(message: string): InstallerError {
  return new InstallerError('InstallerFailed', message)
}

/** One line, no double quotes, no run of blanks. */
export function readable(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/\s+/g, ' ').trim()
}
