/**
 * Renews the catalogue of instance types from EC2 and the price list, with credentials of any account:
 *
 *   AWS_PROFILE=… npx tsx scripts/refresh-instance-types.ts [TYPE...]
 *
 * Without arguments every type of the catalogue is renewed; a type that is named and new is added. Review the difference:
 * driver branches, notes and the accelerator label of a new model are for a person to set.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type _InstanceType, EC2Client, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2'
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing'
import { z } from 'zod'
import { type InstanceTypeEntry, instanceTypeEntry } from './catalog/instance-type-entry.ts'

const REGION = 'us-east-1'
const FILES = ['gpu-instances.json', 'general-instances.json']
const asOf = new Date().toISOString().slice(0, 10)
const wanted = process.argv.slice(2)
const ec2 = new EC2Client({ region: REGION })
const pricing = new PricingClient({ region: REGION })

const known = new Set<string>()
for (const name of FILES) {
  const path = fileURLToPath(new URL(`../src/catalog/data/${name}`, import.meta.url))
  const file = z
    .looseObject({ instanceTypes: z.record(z.string(), z.custom<InstanceTypeEntry>()) })
    .parse(JSON.parse(readFileSync(path, 'utf8')))
  for (const type of Object.keys(file.instanceTypes)) known.add(type)
  const added = name === FILES[0] ? wanted.filter((type) => !known.has(type)) : []
  const types =
    wanted.length === 0
      ? Object.keys(file.instanceTypes)
      : [...wanted.filter((type) => type in file.instanceTypes), ...added]
  const entries = { ...file.instanceTypes }
  for (const type of types) entries[type] = await refreshed(type, file.instanceTypes[type])
  if (types.length > 0) writeFileSync(path, lines({ ...file, asOf, instanceTypes: entries }))
}

/** Asks EC2 and the price list for one type; a type that EC2 no longer describes keeps its line. */
async function refreshed(type: string, before: InstanceTypeEntry | undefined): Promise<InstanceTypeEntry> {
  const filter = [{ Name: 'instance-type', Values: [type as _InstanceType] }]
  for await (const page of paginateDescribeInstanceTypes({ client: ec2 }, { Filters: filter }))
    for (const info of page.InstanceTypes ?? []) return instanceTypeEntry(info, await price(type), before)
  if (before === undefined) throw new Error(`EC2 in ${REGION} has no instance type ${type}`)
  console.error(`${type}: EC2 no longer describes it; its line is kept`)
  return before
}

/** On-Demand Linux price in USD/hour, shared tenancy, or `null` when the list has none. */
async function price(type: string): Promise<number | null> {
  const terms = {
    instanceType: type,
    regionCode: REGION,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
  }
  const { PriceList = [] } = await pricing.send(
    new GetProductsCommand({
      ServiceCode: 'AmazonEC2',
      Filters: Object.entries(terms).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
    }),
  )
  const product = z.object({
    terms: z.object({
      OnDemand: z.record(
        z.string(),
        z.object({ priceDimensions: z.record(z.string(), z.object({ pricePerUnit: z.object({ USD: z.string() }) })) }),
      ),
    }),
  })
  for (const text of PriceList)
    for (const offer of Object.values(product.parse(JSON.parse(String(text))).terms.OnDemand))
      for (const { pricePerUnit } of Object.values(offer.priceDimensions))
        if (Number(pricePerUnit.USD) > 0) return Number(pricePerUnit.USD)
  return null
}

/** JSON with one line per instance type, so that a refresh reads as a difference. */
function lines({
  instanceTypes,
  ...head
}: Record<string, unknown> & { readonly instanceTypes: Record<string, InstanceTypeEntry> }): string {
  const rows = Object.entries(instanceTypes).map(([type, entry]) => `    ${JSON.stringify(type)}: ${spaced(entry)}`)
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "instanceTypes": {\n${rows.join(',\n')}\n  }\n}\n`
}

function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/([{[]) | ([}\]])/g, '$1$2')
}
