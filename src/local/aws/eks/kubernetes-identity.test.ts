import { describe, expect, test } from 'vitest'
import type { KnownCredentials } from '../credentials.ts'
import { sampleCluster } from '../testing/sample-cluster.ts'
import { addAccessEntry } from './access-entries.ts'
import { kubernetesIdentity } from './kubernetes-identity.ts'

const session: KnownCredentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 's',
  arn: 'arn:aws:sts::123456789012:assumed-role/installer/demo@here',
  userId: 'AROAEXAMPLE:demo@here',
  account: '123456789012',
}

describe('kubernetesIdentity', () => {
  test('maps a session to its role, whatever the role path', () => {
    const cluster = sampleCluster()
    addAccessEntry(cluster, {
      principalArn: 'arn:aws:iam::123456789012:role/teams/gpu/installer',
      type: 'STANDARD',
      kubernetesGroups: ['admins'],
    })
    expect(kubernetesIdentity(cluster, session)).toEqual({
      user: {
        username: 'arn:aws:sts::123456789012:assumed-role/installer/demo-here',
        uid: 'aws-iam-authenticator:123456789012:AROAEXAMPLE',
        groups: ['admins', 'system:authenticated'],
        extra: {
          accessKeyId: ['ASIAEXAMPLE'],
          arn: ['arn:aws:sts::123456789012:assumed-role/installer/demo@here'],
          canonicalArn: ['arn:aws:iam::123456789012:role/teams/gpu/installer'],
          principalId: ['AROAEXAMPLE'],
          sessionName: ['demo@here'],
        },
      },
    })
  })

  test('maps a user to its ARN, or to the name its entry gives', () => {
    const user = { ...session, arn: 'arn:aws:iam::123456789012:user/me', userId: 'AIDA' }
    const cluster = sampleCluster()
    addAccessEntry(cluster, { principalArn: user.arn, type: 'STANDARD' })
    expect(kubernetesIdentity(cluster, user)).toMatchObject({
      user: { username: user.arn, groups: ['system:authenticated'] },
    })
    addAccessEntry(cluster, { principalArn: user.arn, type: 'STANDARD', username: 'me-{{AccountID}}' })
    expect(kubernetesIdentity(cluster, user)).toMatchObject({ user: { username: 'me-123456789012' } })
  })

  test.each([
    ['without an entry', sampleCluster()],
    [
      'with an entry of another account',
      (() => {
        const cluster = sampleCluster()
        addAccessEntry(cluster, { principalArn: 'arn:aws:iam::999999999999:role/installer', type: 'STANDARD' })
        return cluster
      })(),
    ],
    [
      'with an entry of a longer name',
      (() => {
        const cluster = sampleCluster()
        addAccessEntry(cluster, { principalArn: 'arn:aws:iam::123456789012:role/other-installer', type: 'STANDARD' })
        return cluster
      })(),
    ],
  ])('turns away %s', (_, cluster) => {
    expect(kubernetesIdentity(cluster, session)).toEqual({
      refused: 'ARN is not mapped: arn:aws:iam::123456789012:role/installer',
    })
  })
})
