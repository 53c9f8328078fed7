import { eksVersions } from '../../catalog/eks-versions.ts'
import { type ImageOrigin, imageOrigin } from '../../catalog/image-origin.ts'
import type { Unknown } from '../../cluster/cluster.ts'
import { listAt, textAt } from '../kubernetes/json.ts'
import type { PlanJson } from './plan-json.ts'
import { providerRegion } from './plan-summary.ts'
import { chooseCluster, isOfCluster } from './planned/choose-cluster.ts'
import { minorOf, readInCluster } from './planned/in-cluster.ts'
import { openPlanIndex } from './planned/plan-index.ts'
import { openUnknowns } from './planned/unknowns.ts'
import type { PlannedClusterOptions } from './planned-cluster.ts'

/** An image that nodes of a planned cluster pull. */
export type PlannedImage = {
  /** As nodes pull it, e.g. `nvcr.io/nvidia/k8s-device-plugin:v0.20.0`. */
  readonly image: string
  readonly origin: ImageOrigin
  /** Kind and name of what runs it, sorted, e.g. `DaemonSet/nvidia-device-plugin-daemonset`. */
  readonly usedBy: readonly string[]
}

/** Every image that a planned cluster pulls by itself, without the workloads that come later. */
export type PlannedImages = {
  readonly cluster: string
  readonly region: string
  /** Of the manifests in the plan, sorted by name. */
  readonly images: readonly PlannedImage[]
  /** EKS add-ons, sorted: their images are in AWS's registry of the region. */
  readonly addons: readonly string[]
  /** What the plan leaves open, with what was assumed. */
  readonly unknowns: readonly Unknown[]
}

/**
 * The images of the manifests that a plan installs: our module's, `kubernetes_manifest`, `kubectl_manifest`. Helm charts are
 * named under `unknowns`, for what they pull only Helm can say.
 * @throws ProblemError `plan-without-cluster`, `plan-with-several-clusters`, `plan-cluster-not-found`.
 */
export function readPlannedImages(plan: PlanJson, options: PlannedClusterOptions = {}): PlannedImages {
  const index = openPlanIndex(plan)
  const cluster = chooseCluster(index, options.cluster)
  const minor = minorOf(cluster) ?? eksVersions().at(-1)?.version ?? '1.36'
  const [read] = index.data('aws_region').flatMap(({ values }) => textAt(values, 'id') ?? [])
  const region = providerRegion(plan) ?? read ?? options.region ?? 'us-east-1'
  const noted = openUnknowns()
  const { installed } = readInCluster(index, cluster, { minor, region }, noted)
  const users = new Map<string, Set<string>>()
  for (const object of installed)
    for (const image of imagesOf(object)) {
      const user = `${textAt(object, 'kind') ?? ''}/${textAt(object, 'metadata', 'name') ?? ''}`
      users.set(image, (users.get(image) ?? new Set()).add(user))
    }
  const charts = openUnknowns()
  for (const release of index.managed('helm_release'))
    charts.noteEach(
      'images of Helm release',
      textAt(release.values, 'name') ?? release.name,
      'what a chart pulls is not read here; helm template CHART | grep image: says it',
    )
  return {
    cluster: cluster.name,
    region,
    images: [...users]
      .map(([image, by]) => ({ image, origin: imageOrigin(image, region), usedBy: [...by].sort() }))
      .sort((a, b) => (a.image < b.image ? -1 : 1)),
    addons: index
      .managed('aws_eks_addon')
      .filter((addon) => isOfCluster(index, cluster, addon))
      .map((addon) => textAt(addon.values, 'addon_name') ?? String(addon.index ?? addon.name))
      .sort(),
    unknowns: [...noted.all().filter(({ what }) => /^(?:manifests|object|parts) /.test(what)), ...charts.all()],
  }
}

/** Of the pods of a workload, or of a bare pod: what their containers run, and images that they mount. */
function imagesOf(object: unknown): readonly string[] {
  const specs = [
    ['spec', 'template', 'spec'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
    ...(textAt(object, 'kind') === 'Pod' ? [['spec']] : []),
  ]
  return specs.flatMap((path) => [
    ...['initContainers', 'containers'].flatMap((field) =>
      listAt(object, ...path, field).flatMap((container) => textAt(container, 'image') ?? []),
    ),
    ...listAt(object, ...path, 'volumes').flatMap((volume) => textAt(volume, 'image', 'reference') ?? []),
  ])
}
