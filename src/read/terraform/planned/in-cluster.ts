import { parseAllDocuments } from 'yaml'
import { type AddonDefinition, addonDefinitions, defaultAddonVersion } from '../../../catalog/addon-catalog.ts'
import { type AddonConfiguration, addonObjects, parseAddonConfiguration } from '../../../catalog/addon-objects.ts'
import { isJsonObject, listAt, numberAt, textAt, valueAt } from '../../kubernetes/json.ts'
import { type ChosenCluster, isOfCluster, sharesCluster } from './choose-cluster.ts'
import { renderKnownChart } from './helm-charts.ts'
import { readHelmValues } from './helm-values.ts'
import { hidesAutoscalerSettings, type ModulePlace, moduleManifests } from './module-manifests.ts'
import { expressionOf, isUnknown, isUnknownWithin, type PlanIndex, type PlannedResource } from './plan-index.ts'
import { isAutoscaler } from './system-objects.ts'
import type { Unknowns } from './unknowns.ts'

/** The Kubernetes objects that a plan puts into its cluster, as far as it shows them. */
export type InCluster = {
  readonly objects: readonly unknown[]
  /** Those of them that neither an add-on nor a Helm chart brings. */
  readonly installed: readonly unknown[]
  /** Whether NVIDIA's GPU Operator runs: it labels GPU nodes by itself. */
  readonly gpuOperator: boolean
  /** `ENABLE_PREFIX_DELEGATION` of the CNI. */
  readonly prefixDelegation: boolean
}

/** Gathers them: add-ons, manifests of our module, `kubernetes_manifest`, `kubectl_manifest`, known Helm charts. */
export function readInCluster(
  index: PlanIndex,
  cluster: ChosenCluster,
  place: ModulePlace,
  unknowns: Unknowns,
): InCluster {
  const { minor } = place
  const addons = readAddons(index, cluster, minor, unknowns)
  const helm = readReleases(index, cluster, unknowns)
  const bundles = index
    .managed('aws_lambda_invocation')
    .filter((invocation) => sharesCluster(cluster, invocation))
    .flatMap((invocation) => readBundle(index, invocation, cluster.name, place, unknowns))
  const manifests = readManifests(index, cluster, unknowns)
  const shown = [...bundles, ...manifests]
  const outputs = shown.length > 0 || cluster.several ? [] : readOutputs(index)
  // The module without an autoscaler shows its device plugin all the same.
  const left =
    bundles.length + outputs.length > 0 || [...shown, ...helm.objects].some(isAutoscaler)
      ? []
      : readUninstalled(index, cluster, place, unknowns)
  for (const type of typedKinds)
    for (const resource of index.managed(type))
      if (sharesCluster(cluster, resource))
        unknowns.note(
          `pods of ${resource.address}`,
          'resources of the kubernetes provider that are no manifests are not read; its pods are not counted',
          resource.address,
        )
  return {
    objects: [...addons.objects, ...shown, ...outputs, ...helm.objects, ...left],
    installed: [...shown, ...outputs, ...left],
    gpuOperator: helm.gpuOperator,
    prefixDelegation: addons.prefixDelegation,
  }
}

const typedKinds = [
  'kubernetes_daemonset',
  'kubernetes_daemon_set_v1',
  'kubernetes_deployment',
  'kubernetes_deployment_v1',
  'kubernetes_stateful_set',
  'kubernetes_stateful_set_v1',
]

/** What EKS installs when the cluster does not say `bootstrap_self_managed_addons = false`. */
const selfManaged = ['vpc-cni', 'kube-proxy', 'coredns']

function readAddons(
  index: PlanIndex,
  cluster: ChosenCluster,
  minor: string,
  unknowns: Unknowns,
): { readonly objects: readonly unknown[]; readonly prefixDelegation: boolean } {
  const objects: unknown[] = []
  const present = new Set<string>()
  let prefixDelegation = false
  for (const addon of index.managed('aws_eks_addon').filter((each) => isOfCluster(index, cluster, each))) {
    const name = textAt(addon.values, 'addon_name') ?? String(addon.index ?? addon.name)
    present.add(name)
    const definition = addonDefinitions().get(name)
    const configuration = definition === undefined ? {} : readConfiguration(index, addon, definition, unknowns)
    prefixDelegation ||= name === 'vpc-cni' && String(configuration.env?.['ENABLE_PREFIX_DELEGATION']) === 'true'
    if (definition === undefined)
      unknowns.note(
        `pods of EKS add-on ${name}`,
        'the catalogue of add-ons does not know it; its pods are not counted',
        addon.address,
      )
    else
      objects.push(
        ...addonObjects(
          definition,
          textAt(addon.values, 'addon_version') ?? defaultAddonVersion(definition, minor),
          configuration,
          serviceRange,
        ),
      )
  }
  const bootstraps =
    cluster.resource === undefined || valueAt(cluster.resource.values, 'bootstrap_self_managed_addons') !== false
  for (const name of bootstraps ? selfManaged : []) {
    const definition = present.has(name) ? undefined : addonDefinitions().get(name)
    if (definition !== undefined)
      objects.push(...addonObjects(definition, defaultAddonVersion(definition, minor), {}, serviceRange))
  }
  return { objects, prefixDelegation }
}

/** Decides nothing but the address of kube-dns. */
const serviceRange = '172.20.0.0/16'

function readConfiguration(
  index: PlanIndex,
  addon: PlannedResource,
  definition: AddonDefinition,
  unknowns: Unknowns,
): AddonConfiguration {
  const { name } = definition
  const text = textAt(addon.values, 'configuration_values')
  // The provider says "known after apply" of what nobody wrote: then EKS's defaults hold.
  const written = expressionOf(index, addon, 'configuration_values') !== undefined
  if (text === undefined) {
    if (written && isUnknown(addon, 'configuration_values') && !leavesToEks(index, addon))
      unknowns.note(
        `configuration of EKS add-on ${name}`,
        'it is known only after apply; the add-on is taken to be as EKS installs it',
        addon.address,
      )
    return {}
  }
  try {
    return parseAddonConfiguration(text, definition)
  } catch (error) {
    unknowns.note(
      `configuration of EKS add-on ${name}`,
      `it cannot be read (${error instanceof Error ? error.message : String(error)}); the add-on is taken to be as EKS installs it`,
      addon.address,
    )
    return {}
  }
}

/** An optional and computed attribute is unknown too where it was given `null`; then the inputs name nothing unknown. */
function leavesToEks(index: PlanIndex, addon: PlannedResource): boolean {
  const call = index.callOf(addon.module)
  const inputs = call?.expressions?.['addons'] ?? call?.expressions?.['cluster_addons']
  if (inputs === undefined) return call !== undefined
  return 'constant_value' in inputs && !JSON.stringify(inputs.constant_value).includes('configuration_values')
}

function readReleases(
  index: PlanIndex,
  cluster: ChosenCluster,
  unknowns: Unknowns,
): { readonly objects: readonly unknown[]; readonly gpuOperator: boolean } {
  const objects: unknown[] = []
  let gpuOperator = false
  for (const release of index.managed('helm_release')) {
    if (!sharesCluster(cluster, release)) continue
    const chart = textAt(release.values, 'chart') ?? ''
    const { values, complete } = readHelmValues(release)
    const rendered = renderKnownChart({
      name: textAt(release.values, 'name') ?? release.name,
      namespace: textAt(release.values, 'namespace') ?? 'default',
      chart,
      values,
    })
    if (rendered === undefined) {
      unknowns.note(
        `pods of Helm release ${textAt(release.values, 'name') ?? release.name}`,
        `chart ${chart === '' ? '(known after apply)' : chart} is not known here; its pods are not counted`,
        release.address,
      )
      continue
    }
    gpuOperator ||= chart.endsWith('gpu-operator')
    if (!complete)
      unknowns.note(
        `values of Helm release ${textAt(release.values, 'name') ?? release.name}`,
        'some are known only after apply; there the chart is taken to have its defaults',
        release.address,
      )
    objects.push(...rendered)
  }
  return { objects, gpuOperator }
}

/** The bundle that our module hands to its installer: one string of JSON in the payload's `bundle`. */
function readBundle(
  index: PlanIndex,
  invocation: PlannedResource,
  cluster: string,
  place: ModulePlace,
  unknowns: Unknowns,
): readonly unknown[] {
  const input = textAt(invocation.values, 'input')
  if (input === undefined) {
    if (!isUnknown(invocation, 'input') || invocation.name !== 'manifests') return []
    unknowns.note(
      'manifests that the module installs',
      `they are known only after apply; taken to be as the module writes them${hidesAutoscalerSettings(index, invocation) ? ', without what cluster_autoscaler says' : ''}`,
      invocation.address,
    )
    return moduleManifests(index, invocation, cluster, place)
  }
  const bundle = textAt(parsedJson(input), 'bundle')
  const documents = bundle === undefined ? undefined : parsedJson(bundle)
  return Array.isArray(documents) ? documents.filter(isJsonObject) : []
}

/** Our module with `install_manifests = false` leaves its manifests to others. */
function readUninstalled(
  index: PlanIndex,
  cluster: ChosenCluster,
  place: ModulePlace,
  unknowns: Unknowns,
): readonly unknown[] {
  const guard = index
    .managed('terraform_data')
    .find(
      ({ name, module }) =>
        name === 'guard_cluster' && JSON.stringify(module) === JSON.stringify(cluster.resource?.module),
    )
  if (guard === undefined) return []
  unknowns.note(
    'manifests of the module',
    'others install them (install_manifests is false); taken to be as the module writes them',
    guard.address,
  )
  return moduleManifests(index, guard, cluster.name, place)
}

function readManifests(index: PlanIndex, cluster: ChosenCluster, unknowns: Unknowns): readonly unknown[] {
  const manifests = index.managed('kubernetes_manifest').filter((each) => sharesCluster(cluster, each))
  const texts = index.managed('kubectl_manifest').filter((each) => sharesCluster(cluster, each))
  for (const each of manifests)
    if (isUnknown(each, 'manifest'))
      unknowns.note(`object of ${each.address}`, 'its manifest is known only after apply; it is left out', each.address)
    else if (isUnknownWithin(each, 'manifest'))
      unknowns.note(
        `parts of the object of ${each.address}`,
        'they are known only after apply; taken not to be there',
        each.address,
      )
  for (const each of texts)
    if (isUnknown(each, 'yaml_body'))
      unknowns.note(`object of ${each.address}`, 'its YAML is known only after apply; it is left out', each.address)
  return [
    ...manifests.map(({ values }) => valueAt(values, 'manifest')).filter(isJsonObject),
    ...texts.flatMap(({ values }) => parsedYaml(textAt(values, 'yaml_body') ?? '')),
  ]
}

/** YAML in an output, such as our module's `manifests` where others install them. */
function readOutputs(index: PlanIndex): readonly unknown[] {
  return Object.values(index.plan.output_changes ?? {}).flatMap(({ after }) =>
    typeof after === 'string' && /^kind: (?:DaemonSet|Deployment)$/m.test(after) ? parsedYaml(after) : [],
  )
}

function parsedYaml(text: string): readonly unknown[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value: unknown = 'errors' in document && document.errors.length > 0 ? undefined : document.toJS()
    if (textAt(value, 'kind') === 'List') return listAt(value, 'items').filter(isJsonObject)
    return isJsonObject(value) && textAt(value, 'kind') !== undefined ? [value] : []
  })
}

function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** The Kubernetes minor of the cluster and what is known of it. */
export function minorOf(cluster: ChosenCluster): string | undefined {
  const of = (resource: PlannedResource | undefined): string | undefined => {
    const text = textAt(resource?.values, 'version')
    return text ?? numberAt(resource?.values, 'version')?.toString()
  }
  return of(cluster.resource) ?? of(cluster.source)
}
