import { imageParts } from '../../catalog/image-origin.ts'
import { ProblemError } from '../../cluster/problem.ts'
import type { PlannedImages } from './planned-images.ts'

/** Programs that copy an image from registry to registry with all of its architectures. */
export const copyTools = ['docker', 'crane', 'skopeo'] as const
/** One of {@link copyTools}. */
export type CopyTool = (typeof copyTools)[number]

/** How the images of a planned cluster get into a mirror. */
export type MirrorPlan = {
  /** Registry and prefix, without a slash at its end: what `image_mirror` of the module takes. */
  readonly prefix: string
  readonly copies: readonly { readonly source: string; readonly target: string }[]
  /** Images that the plan pulls from elsewhere than the mirror, though not from where they are published. */
  readonly elsewhere: readonly string[]
  /** Images of which nobody here knows where they are published. */
  readonly unknown: readonly string[]
  /** For a POSIX shell, in order: logging in, repositories, copies. */
  readonly commands: readonly string[]
}

/**
 * Plans the copies of a cluster's images into a registry, which keep their name below its prefix, and the commands for them.
 * @throws ProblemError `mirror-malformed`.
 */
export function mirrorImages(planned: PlannedImages, mirror: string, tool: CopyTool): MirrorPlan {
  const prefix = mirror.replace(/\/+$/, '')
  if (!/^[0-9a-z][0-9a-z.-]*\.[0-9a-z.-]*[0-9a-z](?::\d+)?(?:\/[0-9a-z][0-9a-z._-]*)*$/.test(prefix))
    throw new ProblemError({
      id: 'mirror-malformed',
      what: `--mirror ${mirror} is no registry with an optional prefix.`,
      fix: 'give it as the module takes it, e.g. 111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror',
    })
  const copies: { source: string; target: string }[] = []
  const elsewhere: string[] = []
  const unknown: string[] = []
  for (const { image, origin } of planned.images) {
    if (origin.kind === 'unknown') {
      unknown.push(image)
      continue
    }
    const target = `${prefix}/${imageParts(origin.image).name}`
    const { registry, name } = imageParts(image)
    if (image === target || `${registry}/${name}` === origin.image) copies.push({ source: origin.image, target })
    else elsewhere.push(image)
  }
  return { prefix, copies, elsewhere, unknown, commands: copies.length === 0 ? [] : commandsFor(copies, tool) }
}

function commandsFor(copies: MirrorPlan['copies'], tool: CopyTool): readonly string[] {
  const registries = copies.flatMap(({ source, target }) => [source, target]).map((each) => imageParts(each).registry)
  const logins = [...new Set(registries)].sort().flatMap((registry) => {
    const region = ecrRegion(registry)
    return region === undefined
      ? []
      : [`aws ecr get-login-password --region ${region} | ${login[tool]} --username AWS --password-stdin ${registry}`]
  })
  const repositories = copies.flatMap(({ target }) => {
    const { registry, name } = imageParts(target)
    const region = ecrRegion(registry)
    const repository = name.replace(/(?::[^:/]+)?(?:@.*)?$/, '')
    return region === undefined
      ? []
      : [
          `aws ecr describe-repositories --region ${region} --repository-names ${repository} > /dev/null 2>&1 || aws ecr create-repository --region ${region} --repository-name ${repository}`,
        ]
  })
  return [...logins, ...new Set(repositories), ...copies.map(({ source, target }) => copy[tool](source, target))]
}

const login: Readonly<Record<CopyTool, string>> = {
  docker: 'docker login',
  crane: 'crane auth login',
  skopeo: 'skopeo login',
}

const copy: Readonly<Record<CopyTool, (source: string, target: string) => string>> = {
  docker: (source, target) => `docker buildx imagetools create --tag ${target} ${source}`,
  crane: (source, target) => `crane copy ${source} ${target}`,
  skopeo: (source, target) => `skopeo copy --all docker://${source} docker://${target}`,
}

/** Region of a private registry of ECR; `undefined` for any other. */
function ecrRegion(registry: string): string | undefined {
  return /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(registry)?.[1]
}
