import { AwsError } from '../aws-error.ts'

/** Which object an EKS error is about; members of its shape in the API model. */
export type EksErrorSubject = {
  readonly clusterName?: string
  readonly nodegroupName?: string
  readonly addonName?: string
}

/** Exceptions of the EKS API and their HTTP status (service model 2017-11-01). */
const statuses = {
  InvalidParameterException: 400,
  InvalidRequestException: 400,
  ClientException: 400,
  ResourceLimitExceededException: 400,
  UnsupportedAvailabilityZoneException: 400,
  BadRequestException: 400,
  AccessDeniedException: 403,
  ResourceNotFoundException: 404,
  NotFoundException: 404,
  ResourceInUseException: 409,
  ServerException: 500,
} as const

/** Makes an error with the code, status and members that EKS answers. */
export function eksError(code: keyof typeof statuses, message: string, subject: EksErrorSubject = {}): AwsError {
  return new AwsError(code, statuses[code], message, subject)
}
