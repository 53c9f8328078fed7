import { itemsAt, parseXml, textAt } from '../parse-xml.ts'
import { escapeXml } from '../query-form.ts'

/**
 * moto keeps the description of a security group rule only for an IPv4 range. This remembers the others, from the requests that set
 * them, and puts them into the answers.
 */
export type RuleDescriptions = {
  /** Learns from a request and its answer: authorisations and modifications of rules. */
  learn(form: URLSearchParams, answer: string): void
  /** Completes an answer that lists rules. */
  mend(answer: string): string
}

const sources = ['Groups', 'UserIdGroupPairs', 'Ipv6Ranges', 'PrefixListIds', 'IpRanges'] as const

/** Keeps descriptions in memory, by rule id. */
export function keepRuleDescriptions(): RuleDescriptions {
  const descriptions = new Map<string, string>()
  return {
    learn: (form, answer) => {
      const action = form.get('Action') ?? ''
      if (action === 'AuthorizeSecurityGroupIngress' || action === 'AuthorizeSecurityGroupEgress') {
        const asked = askedDescriptions(form)
        const rules = itemsAt(parseXml(answer), 'securityGroupRuleSet')
        // Rules come back in the order of the request.
        if (rules.length !== asked.length) return
        for (const [index, rule] of rules.entries()) {
          const description = asked[index]
          if (description) descriptions.set(textAt(rule, 'securityGroupRuleId'), description)
        }
      } else if (action === 'ModifySecurityGroupRules')
        for (let index = 1; form.has(`SecurityGroupRule.${index}.SecurityGroupRuleId`); index += 1) {
          const id = form.get(`SecurityGroupRule.${index}.SecurityGroupRuleId`) ?? ''
          const description = form.get(`SecurityGroupRule.${index}.SecurityGroupRule.Description`)
          if (description) descriptions.set(id, description)
          else descriptions.delete(id)
        }
    },
    mend: (answer) =>
      answer.replace(
        /(<securityGroupRuleId>(sgr-[0-9a-f]+)<\/securityGroupRuleId>)((?:(?!<securityGroupRuleId>)[\s\S])*?<tagSet)/g,
        (whole, start: string, id: string, rest: string) => {
          const description = descriptions.get(id)
          if (description === undefined) return whole
          const bare = rest.replace(/<description>[^<]*<\/description>|<description\s*\/>/, '')
          return `${start}<description>${escapeXml(description)}</description>${bare}`
        },
      ),
  }
}

/** One description, or none, for each rule that a request asks for. */
function askedDescriptions(form: URLSearchParams): readonly (string | undefined)[] {
  const found: (string | undefined)[] = []
  for (let permission = 1; has(form, `IpPermissions.${permission}.`); permission += 1)
    for (const source of sources)
      for (let index = 1; has(form, `IpPermissions.${permission}.${source}.${index}.`); index += 1)
        found.push(form.get(`IpPermissions.${permission}.${source}.${index}.Description`) ?? undefined)
  return found
}

function has(form: URLSearchParams, prefix: string): boolean {
  for (const key of form.keys()) if (key.startsWith(prefix)) return true
  return false
}
