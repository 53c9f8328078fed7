import type { InstanceType } from './instance-types.ts'

/** GiB of memory per vCPU by the letter of the family. Source: https://aws.amazon.com/ec2/instance-types/ */
const memoryPerVcpu: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, t: 4, x: 16, i: 8, d: 8, z: 8 }

/**
 * What the name of a general instance type says of it: `m6a.2xlarge` has 8 vCPU and 4 GiB for each. `undefined` for
 * names that say too little: GPU and other accelerated families, metal, sizes below `large`.
 */
export function estimatedInstanceType(name: string): InstanceType | undefined {
  const match = /^([cmrtxidz])(\d+)([a-z]*)(?:-[a-z0-9]+)?\.(?:(\d*)x)?large$/.exec(name)
  if (match === null) return undefined
  const [, letter = '', generation, options = '', times] = match
  const vcpu = times === undefined ? 2 : times === '' ? 4 : 4 * Number(times)
  return {
    name,
    arch: options.includes('g') || (letter === 't' && generation === '4') ? 'arm64' : 'x86_64',
    vcpu,
    memoryMib: vcpu * (memoryPerVcpu[letter] ?? 4) * 1024,
    efaInterfaces: 0,
    networkCards: null,
    efaOnCardZero: false,
    enis: null,
    enisDefaultCard: null,
    ipv4PerEni: null,
    maxPods: vcpu <= 2 ? 29 : vcpu <= 8 ? 58 : 234,
    nvmeGb: 0,
    usdPerHour: null,
  }
}
