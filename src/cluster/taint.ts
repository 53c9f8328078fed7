/** What a taint does to pods that do not tolerate it. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'

/** A node's taint; `value` is empty when it has none. */
export type Taint = { readonly key: string; readonly value: string; readonly effect: TaintEffect }
