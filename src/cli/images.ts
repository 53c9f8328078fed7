import { ProblemError } from '../cluster/problem.ts'
import { type CopyTool, mirrorImages } from '../read/terraform/mirror-images.ts'
import { readPlannedImages } from '../read/terraform/planned-images.ts'
import { formatImages, formatMirror, imagesDocument } from '../report/images-text.ts'
import { type CliContext, outPaint, print, runCommand } from './context.ts'
import { openPlanSource, plannedClusterOptions } from './plan-source.ts'

/** Flags of `eks-gpu images`. */
export type ImagesFlags = {
  /** Registry and prefix. */
  readonly mirror?: string
  readonly tool: CopyTool
  readonly clusterName?: string
  readonly varFile?: readonly string[]
  readonly var?: readonly string[]
  readonly format: 'human' | 'json'
  readonly quiet: boolean
  readonly debug: boolean
}

/** `eks-gpu images`: what a planned cluster pulls, and how a mirror is filled. Exits with 2 where an image cannot be copied. */
export async function images(this: CliContext, flags: ImagesFlags, source = '.'): Promise<void> {
  await runCommand(this, flags, async () => {
    const opened = await openPlanSource(this, source, flags, 'images')
    if (opened.kind !== 'plan')
      throw new ProblemError({
        id: 'plan-source-unknown',
        what: `${source} is neither a Terraform directory nor a plan in JSON.`,
        fix: 'a plan is what "terraform show -json PLAN" prints',
      })
    const planned = readPlannedImages(opened.plan, plannedClusterOptions(this, flags.clusterName))
    const mirror = flags.mirror === undefined ? undefined : mirrorImages(planned, flags.mirror, flags.tool)
    print(
      this,
      flags.format === 'json'
        ? JSON.stringify(imagesDocument(planned, mirror), undefined, 2)
        : mirror === undefined
          ? formatImages(planned, outPaint(this))
          : formatMirror(planned, mirror),
    )
    return mirror !== undefined && mirror.unknown.length > 0 ? 2 : 0
  })
}
