/** Versions of Terraform that the module works with, as its `versions.tf` says. */
export const terraformRequirement = '>= 1.5'

/** Versions of the hashicorp/aws provider that the module works with, as its `versions.tf` says. */
export const awsRequirement = '>= 5.95, < 7.0'
