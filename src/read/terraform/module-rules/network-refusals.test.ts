import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { type ModuleInputs, moduleRefusals } from './module-refusals.ts'
import { readModuleSource } from './module-source.ts'

const source = await readModuleSource(fileURLToPath(new URL('../../../../modules/eks-gpu-cluster', import.meta.url)))
const zones = { availability_zones: ['us-east-1a', 'us-east-1b'] }
const own = { vpc_id: 'vpc-1', subnet_ids: ['subnet-a', 'subnet-b'] }

const refused: readonly (readonly [string, ModuleInputs, string])[] = [
  [
    'a range that the groups outgrow',
    {
      ...zones,
      vpc_cidr: '10.0.0.0/20',
      gpu_node_groups: { training: { max_size: 71, availability_zones: ['us-east-1b'] } },
    },
    'vpc_cidr 10.0.0.0/20 cannot hold the groups at max_size with the nodes that an update adds: us-east-1b has 10.0.4.0/22 with 1019 addresses and needs 1022 (73 of group training with 13 each, 4 of system node group with 14 each, 17 for EKS, installer and endpoints). A /19 would do; changing it replaces the VPC. Or spread the groups over more zones, lower max_size, or lower vpc_cni.minimum_ip_target.',
  ],
  [
    'a range that no VPC can hold',
    {
      availability_zone_count: 4,
      vpc_cni: { prefix_delegation: true, minimum_ip_target: 60 },
      gpu_node_groups: { a: { max_size: 600, per_zone: true }, b: { max_size: 9 } },
    },
    'vpc_cidr 10.0.0.0/16 cannot hold the groups at max_size with the nodes that an update adds: zone 1 has 10.0.0.0/19 with 8187 addresses and needs 39667 (602 of group a with 65 each, 5 of group b with 65 each, 3 of system node group with 65 each, 17 for EKS, installer and endpoints), and 3 more of its zones have too few. Not even a /16 would do. Or spread the groups over more zones, lower max_size, or lower vpc_cni.minimum_ip_target.',
  ],
  [
    'given ranges that are too small',
    { ...zones, nat: 'none', image_mirror: 'r.example.com', private_subnet_cidrs: ['10.0.0.0/27', '10.0.1.0/24'] },
    'vpc_cidr 10.0.0.0/16 cannot hold the groups at max_size with the nodes that an update adds: us-east-1a has 10.0.0.0/27 with 27 addresses and needs 83 (4 of system node group with 14 each, 27 for EKS, installer and endpoints). Give larger private_subnet_cidrs. Or spread the groups over more zones, lower max_size, or lower vpc_cni.minimum_ip_target.',
  ],
  [
    'as many ranges as zones',
    { ...zones, private_subnet_cidrs: ['10.0.0.0/18'] },
    "private_subnet_cidrs must hold a range for each of the created VPC's 2 zones, and has 1. A VPC of your own takes none.",
  ],
  [
    'ranges of a VPC of ones own',
    { ...own, private_subnet_cidrs: ['10.0.0.0/18'] },
    "private_subnet_cidrs must hold a range for each of the created VPC's 3 zones, and has 1. A VPC of your own takes none.",
  ],
  [
    'ranges outside the VPC',
    { ...zones, private_subnet_cidrs: ['10.0.0.0/18', '10.1.0.0/18'] },
    'private_subnet_cidrs (10.0.0.0/18, 10.1.0.0/18) must lie within vpc_cidr 10.0.0.0/16, apart from each other and from 10.0.224.0/19, where the public subnets are.',
  ],
  [
    'ranges in each other',
    { ...zones, private_subnet_cidrs: ['10.0.0.0/18', '10.0.32.0/20'] },
    'private_subnet_cidrs (10.0.0.0/18, 10.0.32.0/20) must lie within vpc_cidr 10.0.0.0/16, apart from each other and from 10.0.224.0/19, where the public subnets are.',
  ],
  [
    'ranges in the public ones',
    { ...zones, private_subnet_cidrs: ['10.0.0.0/18', '10.0.192.0/18'] },
    'private_subnet_cidrs (10.0.0.0/18, 10.0.192.0/18) must lie within vpc_cidr 10.0.0.0/16, apart from each other and from 10.0.224.0/19, where the public subnets are.',
  ],
  [
    'two configurations of the CNI',
    {
      vpc_cni: { prefix_delegation: true },
      addons: { 'vpc-cni': { configuration_values: '{}' } },
    },
    'vpc_cni and addons["vpc-cni"].configuration_values both configure the VPC CNI: keep one of them. As configuration_values, vpc_cni would be {"env":{"ENABLE_PREFIX_DELEGATION":"true","WARM_IP_TARGET":"4","MINIMUM_IP_TARGET":"12"}}.',
  ],
  [
    'images without a way to them',
    { nat: 'none', image_registries: { 'nvcr.io': 'r.example.com/nv' } },
    'nat is "none", so nodes cannot pull from registry.k8s.io. Set image_mirror to a registry that holds the images ("eks-gpu images --mirror" prints what to copy), or nat = "single".',
  ],
  [
    'route tables of a created VPC',
    { vpc_endpoints: { route_table_ids: ['rtb-1'] } },
    'vpc_endpoints has subnet_ids or route_table_ids, which are for a VPC of your own: a created VPC has its own. Remove them.',
  ],
  [
    'endpoints that are not made',
    { ...own, additional_vpc_endpoints: ['ssm'] },
    'In a VPC of your own, vpc_endpoints and additional_vpc_endpoints do nothing without vpc_endpoints.create = true: set it, or remove them.',
  ],
  [
    'no route to image layers',
    { ...own, vpc_endpoints: { create: true } },
    "vpc_endpoints.route_table_ids is empty: ECR keeps image layers in S3, so without the gateway endpoint in the private subnets' route tables no image can be pulled. Give the route tables, or name s3 in vpc_endpoints.existing_services.",
  ],
  [
    'a policy for no endpoint',
    { vpc_endpoints: { policies: { ecr: '{}', s3: '{}' } } },
    'vpc_endpoints.policies names services without an endpoint of this module: ecr. It makes s3.',
  ],
]

it.each(refused)('refuses %s', (_, inputs, message) => {
  const { refusals, unchecked } = moduleRefusals(source, { cluster_name: 'x', ...inputs })
  expect({ messages: refusals.map((each) => each.message), unchecked }).toEqual({ messages: [message], unchecked: [] })
})

it.each<ModuleInputs>([
  { ...zones, private_subnet_cidrs: ['10.0.0.0/18', '10.0.128.0/18'] },
  { ...own, vpc_endpoints: { create: true, existing_services: ['s3'] } },
  { ...own, vpc_endpoints: { create: true, route_table_ids: ['rtb-1'], policies: { s3: '{}', sts: '{}' } } },
  { nat: 'none', vpc_endpoints: { create: false } },
  { gpu_node_groups: { a: { max_size: 1200 } } },
])('takes %j', (inputs) => {
  expect(moduleRefusals(source, { cluster_name: 'x', ...inputs })).toEqual({
    refusals: [],
    warnings: [],
    unchecked: [],
  })
})
