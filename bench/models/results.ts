/** What an evaluation found, kept as JSON beside the page: one file an evaluation, replaced alone. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const Figure = z.strictObject({ name: z.string(), value: z.number() })

export const EvaluationResult = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  ranOn: z.iso.date(),
  machine: z.string(),
  /** Of the whole evaluation, reading included. */
  seconds: z.number(),
  notes: z.array(z.string()),
  rows: z.array(
    z.strictObject({
      dataset: z.string(),
      method: z.string(),
      metric: z.string(),
      better: z.enum(['lower', 'higher']),
      ours: z.number(),
      naive: Figure.optional(),
      peer: Figure.extend({ source: z.string(), onTheseRows: z.number().optional() }).optional(),
      seconds: z.number(),
      memoryMb: z.number(),
      note: z.string().optional(),
    }),
  ),
})
export type EvaluationResult = z.infer<typeof EvaluationResult>

export const documents = new URL('../../docs/', import.meta.url)
const fileOf = (name: string) => new URL(`models/results/${name}.json`, documents)

export function readResult(name: string): EvaluationResult | undefined {
  const file = fileOf(name)
  if (!existsSync(file)) return undefined
  return EvaluationResult.parse(JSON.parse(readFileSync(file, 'utf8')))
}

export function writeResult(result: EvaluationResult): void {
  mkdirSync(new URL('./', fileOf(result.name)), { recursive: true })
  writeFileSync(fileOf(result.name), `${JSON.stringify(EvaluationResult.parse(result), null, 2)}\n`)
}
