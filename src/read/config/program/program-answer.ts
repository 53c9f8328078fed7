import type { CallSite } from '../marked-call.ts'

/** What a configuration file gives, as the program that imports it tells it: one line of JSON on file descriptor 3. */
export type ProgramAnswer =
  /** `calls`: where its objects were given to `defineCluster` and `defineConfig`. */
  | {
      readonly kind: 'value'
      readonly value: unknown
      readonly calls: readonly { readonly path: readonly (string | number)[]; readonly site: CallSite }[]
    }
  /** It threw; `at` is its own line that did. */
  | { readonly kind: 'threw'; readonly message: string; readonly at?: CallSite; readonly stack: string }
  /** It cannot be read as TypeScript or JavaScript. */
  | { readonly kind: 'syntax'; readonly message: string; readonly at: CallSite }
  /** It imports something that is not there. */
  | { readonly kind: 'import'; readonly message: string; readonly specifier: string; readonly from: string }
  /** Its default export is missing, or is not plain data: a function, a date, a number that JSON has not. */
  | { readonly kind: 'not-data'; readonly what: string; readonly path: readonly (string | number)[] }
