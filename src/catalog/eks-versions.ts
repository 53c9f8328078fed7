import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  default: z.string(),
  versions: z.record(
    z.string(),
    z.strictObject({
      offeredSince: z.iso.date(),
      standardSupportEnds: z.iso.date(),
      extendedSupportEnds: z.iso.date(),
    }),
  ),
})

/** How EKS supports a Kubernetes minor on a given day; the words of `eks:DescribeClusterVersions`. */
export type EksSupport = 'STANDARD_SUPPORT' | 'EXTENDED_SUPPORT' | 'UNSUPPORTED'

/** One Kubernetes minor on EKS. Days are `YYYY-MM-DD`; a support end is the first day without that support. */
export type EksVersion = {
  readonly version: string
  readonly offeredSince: string
  readonly standardSupportEnds: string
  readonly extendedSupportEnds: string
}

let loaded: readonly EksVersion[] | undefined

/** Every minor of the catalogue, oldest first. */
export function eksVersions(): readonly EksVersion[] {
  loaded ??= Object.entries(readCatalogFile('eks-versions.json', fileSchema).versions)
    .map(([version, days]) => ({ version, ...days }))
    .sort((a, b) => minorOf(a.version) - minorOf(b.version))
  return loaded
}

/** One minor, e.g. `1.36`, or `undefined` when the catalogue does not list it. */
export function findEksVersion(version: string): EksVersion | undefined {
  return eksVersions().find((known) => known.version === version)
}

/** Support of a minor on a day (`YYYY-MM-DD`); before it was offered it is UNSUPPORTED too. */
export function eksSupportOn(version: EksVersion, day: string): EksSupport {
  if (day < version.offeredSince || day >= version.extendedSupportEnds) return 'UNSUPPORTED'
  return day < version.standardSupportEnds ? 'STANDARD_SUPPORT' : 'EXTENDED_SUPPORT'
}

/** The minors a cluster can be created with on a day (`YYYY-MM-DD`), oldest first. */
export function eksVersionsOn(day: string): readonly EksVersion[] {
  return eksVersions().filter((version) => eksSupportOn(version, day) !== 'UNSUPPORTED')
}

function minorOf(version: string): number {
  return Number(version.split('.')[1])
}
