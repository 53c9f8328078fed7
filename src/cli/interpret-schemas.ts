import { z } from 'zod'

/**
 * Has schemas that are made from now on check by walking, not by code that is generated for them: to generate it takes longer
 * than to check the few documents of one run.
 */
export function interpretSchemas(): void {
  z.config({ jitless: true })
}
