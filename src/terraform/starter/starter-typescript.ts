import { findInstanceType } from '../../catalog/instance-types.ts'
import type { Starter } from './starter.ts'

/** `cluster.ts` of a first cluster, with comments for who goes on from there. */
export function starterTypescript(starter: Starter): string {
  const { name, region, purpose, instanceTypes, spot, maxNodes, network } = starter
  const newer = instanceTypes.some((type) => findInstanceType(type) === undefined)
  const place =
    network === undefined
      ? [
          '      // Without vpc_id and subnet_ids the module makes a VPC with private subnets in three zones and one NAT gateway.',
        ]
      : [
          `      vpc_id: ${text(network.vpcId)},`,
          '      // Private subnets in at least two zones.',
          '      subnet_ids: [',
          ...network.subnets.map(
            ({ id, comment }) => `        ${text(id)},${comment === undefined ? '' : ` // ${comment}`}`,
          ),
          '      ],',
        ]
  return `${[
    '// Written by eks-gpu init; it is yours now. Every field has its description in your editor.',
    `import { defineConfig${newer ? ', unlisted' : ''} } from 'eks-gpu-clusters'`,
    '',
    'export default defineConfig({',
    `  providers: { aws: { region: ${text(region)} } },`,
    '  // Where the state is kept; without a backend, in the folder that synth writes:',
    `  // backend: { s3: { bucket: 'my-terraform-state', key: '${name}.tfstate', region: ${text(region)} } },`,
    '',
    '  clusters: {',
    '    // The name of the module block in Terraform; add further clusters beside it.',
    '    gpu_cluster: {',
    `      cluster_name: ${text(name)},`,
    '',
    ...place,
    '',
    '      gpu_node_groups: {',
    `        ${purpose}: {`,
    '          // All types of a group have the same number of GPUs.',
    `          instance_types: [${instanceTypes.map(typeText).join(', ')}],`,
    `          capacity_type: ${spot ? "'SPOT'" : "'ON_DEMAND'"},`,
    '          // The autoscaler starts nodes when pods ask for GPUs, and takes them away again.',
    '          min_size: 0,',
    `          max_size: ${maxNodes},`,
    '        },',
    '      },',
    '',
    `      tags: { Project: ${text(name)} },`,
    '    },',
    '  },',
    '})',
  ].join('\n')}\n`
}

/** A type that the catalogue does not have would not compile by its name alone. */
function typeText(type: string): string {
  return findInstanceType(type) === undefined ? `unlisted(${text(type)})` : text(type)
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
