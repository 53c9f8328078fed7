import { moduleOutputs } from '../synth/module-outputs.ts'
import { awsRequirement, terraformRequirement } from '../synth/requirements.ts'
import type { Starter } from './starter.ts'

/** `main.tf`, `outputs.tf` and `versions.tf` of a first cluster: text by file name. @param moduleSource `source` of the module. */
export function starterHcl(starter: Starter, moduleSource: string): ReadonlyMap<string, string> {
  return new Map([
    ['main.tf', mainText(starter, moduleSource)],
    ['outputs.tf', outputsText()],
    ['versions.tf', versionsText(starter)],
  ])
}

function mainText(starter: Starter, moduleSource: string): string {
  const { name, purpose, instanceTypes, spot, maxNodes, network } = starter
  const place =
    network === undefined
      ? [
          '  # Without vpc_id and subnet_ids the module makes a VPC with private subnets in three zones and one NAT gateway.',
        ]
      : [
          `  vpc_id = ${text(network.vpcId)}`,
          '  # Private subnets in at least two zones.',
          '  subnet_ids = [',
          ...network.subnets.map(
            ({ id, comment }) => `    ${text(id)},${comment === undefined ? '' : ` # ${comment}`}`,
          ),
          '  ]',
        ]
  return lines(
    '# Written by eks-gpu init; it is yours now. The inputs are described in the README of the module.',
    'module "gpu_cluster" {',
    `  source = ${text(moduleSource)}`,
    '',
    `  cluster_name = ${text(name)}`,
    '',
    ...place,
    '',
    '  gpu_node_groups = {',
    `    ${purpose} = {`,
    '      # All types of a group have the same number of GPUs.',
    `      instance_types = [${instanceTypes.map(text).join(', ')}]`,
    `      capacity_type  = ${text(spot ? 'SPOT' : 'ON_DEMAND')}`,
    '      # The autoscaler starts nodes when pods ask for GPUs, and takes them away again.',
    '      min_size = 0',
    `      max_size = ${maxNodes}`,
    '    }',
    '  }',
    '',
    '  tags = {',
    `    Project = ${text(name)}`,
    '  }',
    '}',
  )
}

function outputsText(): string {
  return moduleOutputs
    .map(({ output, description }) =>
      lines(
        `output "${output}" {`,
        `  description = ${text(description)}`,
        `  value       = module.gpu_cluster.${output}`,
        '}',
      ),
    )
    .join('\n')
}

function versionsText({ name, region }: Starter): string {
  return lines(
    'terraform {',
    `  required_version = ${text(terraformRequirement)}`,
    '',
    '  required_providers {',
    '    aws = {',
    '      source  = "hashicorp/aws"',
    `      version = ${text(awsRequirement)}`,
    '    }',
    '  }',
    '',
    '  # Where the state is kept; without a backend, in this folder:',
    '  # backend "s3" {',
    '  #   bucket = "my-terraform-state"',
    `  #   key    = "${name}.tfstate"`,
    `  #   region = ${text(region)}`,
    '  # }',
    '}',
    '',
    'provider "aws" {',
    `  region = ${text(region)}`,
    '}',
  )
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}

function text(value: string): string {
  return JSON.stringify(value).replaceAll(/([$%])\{/g, (open, sign: string) => sign + open)
}
