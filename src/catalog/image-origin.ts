import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const originsSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  registries: z.record(z.string(), z.string()),
  public: z.array(z.string()),
})
const eksRegistriesSchema = z.object({ account: z.string(), accounts: z.record(z.string(), z.string()) })

let origins: z.output<typeof originsSchema> | undefined
let eksRegistries: z.output<typeof eksRegistriesSchema> | undefined

/** Where an image is published. `aws`: in AWS's own registry of the region, which a VPC endpoint reaches. */
export type ImageOrigin =
  | { readonly kind: 'public' | 'aws'; readonly image: string }
  /** A registry that nobody here knows, and a name that none of ours begins with. */
  | { readonly kind: 'unknown' }

/** An image name in its parts; what names no registry is on Docker Hub. `name` has the tag or digest. */
export function imageParts(image: string): { readonly registry: string; readonly name: string } {
  const slash = image.indexOf('/')
  const first = slash === -1 ? '' : image.slice(0, slash)
  if (/[.:]/.test(first) || first === 'localhost') return { registry: first, name: image.slice(slash + 1) }
  return { registry: 'docker.io', name: slash === -1 ? `library/${image}` : image }
}

/**
 * Where an image, or the one that it is a copy of, is published: a copy in a mirror keeps the name below the mirror's prefix.
 * @param region of the cluster, e.g. `us-east-1`.
 */
export function imageOrigin(image: string, region: string): ImageOrigin {
  origins ??= readCatalogFile('image-origins.json', originsSchema)
  const { registry, name } = imageParts(image)
  if (origins.public.includes(registry)) return { kind: 'public', image: `${registry}/${name}` }
  const { account, accounts: others } = registriesOfEks()
  const accounts = [account, ...Object.values(others)]
  if (accounts.some((each) => registry.startsWith(`${each}.dkr.ecr.`))) return { kind: 'aws', image }
  const words = name.split('/')
  for (const [index, word] of words.entries()) {
    // The last word is the image's own name, not a folder of it.
    if (index === words.length - 1) break
    const rest = words.slice(index).join('/')
    const published = origins.registries[word]
    if (published !== undefined) return { kind: 'public', image: `${published}/${rest}` }
    if (word === 'eks') return { kind: 'aws', image: `${eksRegistry(region)}/${rest}` }
  }
  return { kind: 'unknown' }
}

/** Registry of a region that EKS keeps its images in, e.g. `602401143452.dkr.ecr.us-east-1.amazonaws.com`. */
export function eksRegistry(region: string): string {
  const { account, accounts } = registriesOfEks()
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${accounts[region] ?? account}.dkr.ecr.${region}.${suffix}`
}

function registriesOfEks(): z.output<typeof eksRegistriesSchema> {
  eksRegistries ??= readCatalogFile('efa-device-plugin.json', eksRegistriesSchema)
  return eksRegistries
}
