import { fileURLToPath } from 'node:url'

/**
 * Arguments for Node that run another program of this package, named without its ending, e.g. `./daemon`, beside the caller
 * (`import.meta.url`). Built code runs as it is; sources, in a clone under test, need tsx to be read.
 */
export function programArguments(name: string, from: string): readonly string[] {
  const source = from.endsWith('.ts')
  const path = fileURLToPath(new URL(`${name}${source ? '.ts' : '.js'}`, from))
  return source ? ['--import', import.meta.resolve('tsx'), path] : [path]
}
