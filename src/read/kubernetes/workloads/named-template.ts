import { numberAt, objectAt, textAt, valueAt } from '../json.ts'
import type { PodTemplatePath } from '../kubernetes-input.ts'
import { integer, requiredIssue, type Shape } from '../manifest-shape.ts'
import type { ValuePath } from '../parse-manifest.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** A kind whose pod template the user has named, as `--pod-template KIND=PATH:COUNTPATH`. */
export function namedTemplate({ kind, path, countPath }: PodTemplatePath): Omit<WorkloadKind, 'groups' | 'spec'> & {
  /** What the whole object must be like. */
  readonly object: Shape
} {
  const at = (shape: Shape, inner: ValuePath): Shape => {
    return (object) => shape(valueAt(object, ...inner), inner)
  }
  return {
    kind,
    object: (object, root) => [
      ...(valueAt(object, ...path) === undefined ? [requiredIssue([...root, ...path])] : []),
      ...at(podTemplate, path)(object, root),
      ...(countPath === undefined ? [] : at(integer(0), countPath)(object, root)),
    ],
    parts: (object) => [
      {
        base: textAt(object, 'metadata', 'name') ?? '',
        template: objectAt(object, ...path),
        replicas: countPath === undefined ? 1 : (numberAt(object, ...countPath) ?? 1),
      },
    ],
  }
}
