/** One thing that the module refuses: the attribute that the compiler marks, and the module's words for it. */
export type Refusal<Name extends string, Reason extends string> = { readonly name: Name; readonly reason: Reason }

/** A refusal when every condition holds; nothing when one does not, or when the types do not tell. */
export type RefusedWhen<Conditions extends readonly boolean[], Name extends string, Reason extends string> = [
  Conditions[number],
] extends [true]
  ? Refusal<Name, Reason>
  : never

/** Whether one of the conditions holds for certain. */
export type Either<Conditions extends readonly boolean[]> = true extends Conditions[number] ? true : false

/** An object in which what is refused has the reason for its type, so that no value fits and the compiler says the reason. */
export type Explained<Of, Refused extends Refusal<string, string>> = {
  readonly [Name in keyof Of]: Name extends Refused['name']
    ? Extract<Refused, { readonly name: Name }>['reason']
    : Of[Name]
} & { readonly [Name in Exclude<Refused['name'], keyof Of>]: Extract<Refused, { readonly name: Name }>['reason'] }
