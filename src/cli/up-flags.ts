/** Flags of `eks-gpu up`. */
export type UpFlags = {
  readonly local: boolean
  readonly yes: boolean
  readonly varFile?: readonly string[]
  readonly var?: readonly string[]
  readonly asOf?: string
  readonly kubernetes?: 'auto' | 'embedded' | 'real'
  readonly format: 'human' | 'json'
  readonly quiet: boolean
  readonly debug: boolean
}

/** Flags of `eks-gpu down`. */
export type DownFlags = Pick<UpFlags, 'local' | 'yes' | 'varFile' | 'var' | 'quiet' | 'debug'>
