/**
 * What every message of this project tells the person who reads it. A problem is data; the report room words it.
 * Thrown as {@link ProblemError} wherever work cannot go on, so that a command prints it instead of a stack.
 */
export type Problem = {
  /** Kebab-case id that never changes, e.g. `terraform-not-found`. */
  readonly id: string
  /** What is wrong, one sentence, naming the thing (the group, the file, the flag). */
  readonly what: string
  /** Why it matters or what caused it. */
  readonly why?: string
  /** What to do about it: a command or the one change to make. */
  readonly fix?: string
  /** Where it is, when it is in a file: 1-based line and column. */
  readonly at?: { readonly file: string; readonly line?: number; readonly column?: number }
  /** More lines worth reading, such as the output of the program that failed. */
  readonly detail?: readonly string[]
}

/** An error that is a {@link Problem}: bad input or a missing program, never a defect of ours. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.what, options)
    this.problem = problem
  }
}
