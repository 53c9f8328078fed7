import { z } from 'zod'
import { clusterSchema } from '../../src/read/config/cluster-schema.ts'
import { clusterFileSchema, configFileSchema } from '../../src/read/config/config-schema.ts'
import { comparisonSchema } from '../../src/report/comparison-schema.ts'
import { explanationSchema } from '../../src/report/explanation-schema.ts'
import { outcomeSchema } from '../../src/report/outcome-schema.ts'

/** The JSON Schemas that are published under `schemas/`: text by file name. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ['cluster.schema.json', schemaText(clusterSchema)],
    ['cluster-file.schema.json', schemaText(clusterFileSchema)],
    ['config-file.schema.json', schemaText(configFileSchema)],
    ['comparison.schema.json', schemaText(comparisonSchema)],
    ['explanation.schema.json', schemaText(explanationSchema)],
    ['outcome.schema.json', schemaText(outcomeSchema)],
  ])
}

function schemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`
}
