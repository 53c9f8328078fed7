import {
  type EksSupport,
  type EksVersion,
  eksSupportOn,
  eksVersions,
  eksVersionsOn,
} from '../../../catalog/eks-versions.ts'
import { type EksCall, page } from './eks-world.ts'

/** DescribeClusterVersions: what the calendar offers; with `includeAll` what it once offered as well. */
export function describeClusterVersions(call: EksCall): unknown {
  const { asOf } = call.world
  const all = call.query.get('includeAll') === 'true'
  const wanted = call.query.getAll('clusterVersions')
  const status = call.query.get('versionStatus') ?? legacyStatus(call.query.get('status'))
  const defaultVersion = eksVersionsOn(asOf).at(-1)?.version
  const versions = eksVersions()
    .filter(({ offeredSince }) => offeredSince <= asOf)
    .filter((version) => all || wanted.includes(version.version) || eksSupportOn(version, asOf) !== 'UNSUPPORTED')
    .filter((version) => wanted.length === 0 || wanted.includes(version.version))
    .filter((version) => status === null || eksSupportOn(version, asOf) === status)
    .filter((version) => call.query.get('defaultOnly') !== 'true' || version.version === defaultVersion)
    .toReversed()
  const { items, nextToken } = page(call, versions)
  return {
    clusterVersions: items.map((version) => describeVersion(version, asOf, version.version === defaultVersion)),
    ...(nextToken && { nextToken }),
  }
}

function describeVersion(version: EksVersion, asOf: string, isDefault: boolean): unknown {
  const support = eksSupportOn(version, asOf)
  return {
    clusterVersion: version.version,
    clusterType: 'eks',
    defaultPlatformVersion: 'eks.1',
    defaultVersion: isDefault,
    releaseDate: day(version.offeredSince),
    endOfStandardSupportDate: day(version.standardSupportEnds),
    endOfExtendedSupportDate: day(version.extendedSupportEnds),
    status: statusWords[support],
    versionStatus: support,
  }
}

const statusWords: Readonly<Record<EksSupport, string>> = {
  STANDARD_SUPPORT: 'standard-support',
  EXTENDED_SUPPORT: 'extended-support',
  UNSUPPORTED: 'unsupported',
}

function legacyStatus(status: string | null): string | null {
  return status === null ? null : status.toUpperCase().replaceAll('-', '_')
}

function day(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000
}
