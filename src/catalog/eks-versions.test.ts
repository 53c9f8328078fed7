import { describe, expect, it } from 'vitest'
import { eksSupportOn, eksVersions, eksVersionsOn, findEksVersion } from './eks-versions.ts'

describe('eksVersionsOn', () => {
  it.each([
    { day: '2025-01-15', offered: ['1.29', '1.30', '1.31'] },
    { day: '2025-01-23', offered: ['1.29', '1.30', '1.31', '1.32'] },
    { day: '2026-11-23', offered: ['1.31', '1.32', '1.33', '1.34', '1.35', '1.36'] },
    { day: '2026-11-26', offered: ['1.32', '1.33', '1.34', '1.35', '1.36'] },
  ])('$day', ({ day, offered }) => {
    expect(eksVersionsOn(day).map(({ version }) => version)).toEqual(offered)
  })
})

describe('eksSupportOn', () => {
  it.each([
    { version: '1.29', day: '2024-01-22', support: 'UNSUPPORTED' },
    { version: '1.29', day: '2025-03-22', support: 'STANDARD_SUPPORT' },
    { version: '1.29', day: '2025-03-23', support: 'EXTENDED_SUPPORT' },
    { version: '1.29', day: '2026-03-23', support: 'UNSUPPORTED' },
  ])('$version on $day: $support', ({ version, day, support }) => {
    const known = findEksVersion(version)
    expect(known && eksSupportOn(known, day)).toBe(support)
  })

  it('is listed in order', () => {
    expect(eksVersions().map(({ version }) => version)).toEqual([
      '1.29',
      '1.30',
      '1.31',
      '1.32',
      '1.33',
      '1.34',
      '1.35',
      '1.36',
    ])
  })
})
