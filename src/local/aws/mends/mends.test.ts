import { describe, expect, test } from 'vitest'
import { keepFunctionSettings } from './keep-function-settings.ts'
import { keepRuleDescriptions } from './keep-rule-descriptions.ts'
import { mendLaunchTemplateVersions } from './mend-launch-template-versions.ts'

describe('mendLaunchTemplateVersions', () => {
  const volume =
    '<item><resourceType>volume</resourceType><tagSet><item><key>Name</key><value>x</value></item></tagSet></item>'
  const own =
    '<item><resourceType>launch-template</resourceType><tagSet><item><key>Project</key><value>x</value></item></tagSet></item>'
  test.each([
    ['the template first', `<set>${own}${volume}</set>`, `<set>${volume}</set>`],
    ['the template last', `<set>${volume}${own}</set>`, `<set>${volume}</set>`],
    ['no tags', '<set><item><resourceType>launch-template</resourceType><tagSet/></item></set>', '<set></set>'],
    ['others only', `<set>${volume}</set>`, `<set>${volume}</set>`],
  ])('%s', (_, answer, expected) => {
    expect(mendLaunchTemplateVersions(answer)).toBe(expected)
  })
})

describe('keepRuleDescriptions', () => {
  const rule = (id: string, more = '') =>
    `<item><securityGroupRuleId>${id}</securityGroupRuleId><groupId>sg-1</groupId>${more}<tagSet/></item>`
  const answer = (...rules: readonly string[]) =>
    `<R><securityGroupRuleSet>${rules.join('')}</securityGroupRuleSet></R>`

  test('puts what a request said into later answers', () => {
    const kept = keepRuleDescriptions()
    const form = new URLSearchParams({
      Action: 'AuthorizeSecurityGroupEgress',
      'IpPermissions.1.IpProtocol': 'tcp',
      'IpPermissions.1.Groups.1.GroupId': 'sg-2',
      'IpPermissions.1.Groups.1.Description': 'API & more',
      'IpPermissions.2.Ipv6Ranges.1.CidrIpv6': '::/0',
    })
    kept.learn(form, answer(rule('sgr-0a'), rule('sgr-0b')))
    expect(kept.mend(answer(rule('sgr-0b'), rule('sgr-0a', '<description>old</description>')))).toBe(
      answer(
        rule('sgr-0b'),
        '<item><securityGroupRuleId>sgr-0a</securityGroupRuleId><description>API &amp; more</description><groupId>sg-1</groupId><tagSet/></item>',
      ),
    )
  })

  test('follows modifications', () => {
    const kept = keepRuleDescriptions()
    const modify = (description?: string) =>
      new URLSearchParams({
        Action: 'ModifySecurityGroupRules',
        'SecurityGroupRule.1.SecurityGroupRuleId': 'sgr-0a',
        ...(description !== undefined && { 'SecurityGroupRule.1.SecurityGroupRule.Description': description }),
      })
    kept.learn(modify('new'), '<R/>')
    expect(kept.mend(answer(rule('sgr-0a')))).toContain('<description>new</description>')
    kept.learn(modify(), '<R/>')
    expect(kept.mend(answer(rule('sgr-0a')))).toBe(answer(rule('sgr-0a')))
  })
})

test('keepFunctionSettings completes configurations', async () => {
  const settings = keepFunctionSettings()
  const vpcOf = async (): Promise<string> => 'vpc-real'
  await settings.learn(
    'us-east-1',
    'installer',
    { LoggingConfig: { LogFormat: 'JSON' }, VpcConfig: { SubnetIds: ['subnet-1'] } },
    vpcOf,
  )
  const configuration = { FunctionName: 'installer', VpcConfig: { SubnetIds: ['subnet-1'], VpcId: 'vpc-123abc' } }
  const complete = {
    FunctionName: 'installer',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/installer' },
    VpcConfig: { SubnetIds: ['subnet-1'], VpcId: 'vpc-real' },
  }
  expect(settings.mend('us-east-1', configuration)).toEqual(complete)
  expect(settings.mend('us-east-1', { Configuration: configuration, Tags: {} })).toEqual({
    Configuration: complete,
    Tags: {},
  })
  expect(settings.mend('us-east-1', { Functions: [] })).toEqual({ Functions: [] })
  settings.forget('us-east-1', 'installer')
  expect(settings.mend('us-east-1', { FunctionName: 'installer' })).toEqual({
    FunctionName: 'installer',
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/installer' },
  })
})
