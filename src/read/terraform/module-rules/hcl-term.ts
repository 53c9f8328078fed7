/** An HCL expression, whole: what {@link evaluateTerm} computes. */
export type HclTerm =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A string with `${…}` in it. */
  | { readonly kind: 'template'; readonly parts: readonly (string | HclTerm)[] }
  | { readonly kind: 'tuple'; readonly items: readonly HclTerm[] }
  | { readonly kind: 'object'; readonly items: readonly { readonly key: HclTerm; readonly value: HclTerm }[] }
  /** The first word of a reference: `var`, `local`, a resource type, or a name that a `for` binds. */
  | { readonly kind: 'root'; readonly name: string }
  | { readonly kind: 'attribute'; readonly of: HclTerm; readonly name: string }
  | { readonly kind: 'index'; readonly of: HclTerm; readonly key: HclTerm }
  /** `of[*]` and `of.*`; `each` is what is asked of every element, which it calls {@link splatElement}. */
  | { readonly kind: 'splat'; readonly of: HclTerm; readonly each: HclTerm }
  /** `spread`: the last argument is a list of arguments (`…`). */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly HclTerm[]; readonly spread: boolean }
  | { readonly kind: 'conditional'; readonly condition: HclTerm; readonly yes: HclTerm; readonly no: HclTerm }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: HclTerm; readonly right: HclTerm }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: HclTerm }
  | {
      readonly kind: 'for'
      readonly names: readonly string[]
      readonly over: HclTerm
      /** Given for `{ for … }`. */
      readonly key?: HclTerm
      readonly value: HclTerm
      /** `value...`: values of one key are gathered. */
      readonly gather: boolean
      readonly condition?: HclTerm
    }
  /** Syntax that is not followed, such as template directives. */
  | { readonly kind: 'unread'; readonly text: string }

/** Name that the element of a splat has inside {@link HclTerm} `each`; no name in HCL looks like it. */
export const splatElement = '*'
