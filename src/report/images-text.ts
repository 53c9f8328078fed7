import type { MirrorPlan } from '../read/terraform/mirror-images.ts'
import type { PlannedImages } from '../read/terraform/planned-images.ts'
import type { Paint } from './paint.ts'
import { drawTable } from './table.ts'

/** Images of a planned cluster as a table, with where those of EKS come from. Ends without a line break. */
export function formatImages(planned: PlannedImages, paint: Paint): string {
  const rows = planned.images.map(({ image, origin, usedBy }) => [
    paint('name', image),
    origin.kind === 'unknown' ? 'not known' : origin.image.endsWith(image) ? 'as named' : origin.image,
    usedBy.join(', '),
  ])
  return [
    `Cluster ${planned.cluster}, ${planned.region}`,
    '',
    ...(rows.length === 0 ? ['No manifest of the plan pulls an image.'] : drawTable(columns, rows)),
    '',
    ...notesOf(planned),
    'Names carry tags; "docker buildx imagetools inspect IMAGE" tells the digest behind one.',
    ...(rows.length === 0 ? [] : ['--mirror REGISTRY/PREFIX prints the commands that copy them there.']),
  ].join('\n')
}

const columns = [{ title: 'IMAGE' }, { title: 'PUBLISHED' }, { title: 'USED BY' }]

/** A shell script that fills a mirror. Ends without a line break. */
export function formatMirror(planned: PlannedImages, mirror: MirrorPlan): string {
  return [
    `# Copies the images of cluster ${planned.cluster}, ${planned.region}, with all architectures. Run it where both sides can be reached.`,
    `# The module pulls them with image_mirror = ${JSON.stringify(mirror.prefix)}.`,
    ...mirror.elsewhere.map((image) => `# Left out: ${image} is pulled from elsewhere than this mirror.`),
    ...mirror.unknown.map((image) => `# Left out: where ${image} is published is not known.`),
    ...notesOf(planned).map((note) => `# ${note}`),
    ...(mirror.commands.length === 0 ? ['# There is nothing to copy.'] : ['set -eu', ...mirror.commands]),
  ].join('\n')
}

function notesOf({ region, addons, unknowns }: PlannedImages): readonly string[] {
  return [
    `Images of ${addons.length === 0 ? '' : `EKS add-ons (${addons.join(', ')}) and of `}the nodes' own pods are in AWS's registry in ${region}, which VPC endpoints reach: nothing to copy.`,
    ...unknowns.map(({ what, why }) => `Unknown: ${what}. ${why[0]?.toUpperCase() ?? ''}${why.slice(1)}.`),
  ]
}

/** The same for programs. */
export function imagesDocument(planned: PlannedImages, mirror: MirrorPlan | undefined): object {
  return {
    cluster: planned.cluster,
    region: planned.region,
    images: planned.images.map(({ image, origin, usedBy }) => ({
      image,
      publishedAs: origin.kind === 'unknown' ? null : origin.image,
      usedBy,
    })),
    addons: planned.addons,
    unknowns: planned.unknowns,
    ...(mirror !== undefined && { mirror }),
  }
}
