/** What holds for every model, whatever it is of: one suite, and an example of each. For tests. */
import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import type { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import type { Explanation } from '../model.ts'
import { signedAndOpened } from '../signed.ts'

export interface Example<Parameters extends z.ZodType, Artifact extends z.ZodType> {
  readonly model: {
    readonly name: string
    readonly parameters: Parameters
    readonly artifact: Artifact
  }
  readonly parameters: z.input<Parameters>
  /** All that the functions below read. */
  readonly given: unknown
  fit(): z.output<Artifact>
  /** Plain values, no functions. */
  predict(artifact: z.output<Artifact>): unknown
  explain(artifact: z.output<Artifact>): Explanation
  /** By what is wrong with the input. */
  readonly refused: Readonly<Record<string, (artifact: z.output<Artifact>) => unknown>>
}

export function conforms<Parameters extends z.ZodType, Artifact extends z.ZodType>(
  example: Example<Parameters, Artifact>,
): void {
  const { model, given } = example
  const before = structuredClone(given)
  const artifact = example.fit()

  test(`${model.name}: the same numbers make the same artifact`, () =>
    deepEqual(example.fit(), artifact))

  test(`${model.name}: signed, sent and opened it answers as before`, () => {
    const opened = signedAndOpened(model, model.parameters.parse(example.parameters), artifact)
    deepEqual(opened, artifact)
    deepEqual(example.predict(opened), example.predict(artifact))
    deepEqual(example.explain(opened), example.explain(artifact))
  })

  test(`${model.name}: what it is given stays as it was`, () => {
    example.predict(artifact)
    example.explain(artifact)
    deepEqual(given, before)
  })

  test(`${model.name}: every number of an answer is one`, () =>
    deepEqual(notNumbers(example.predict(artifact), 'answer'), []))

  test(`${model.name}: explains in sentences, the strongest first`, () => {
    const { base, factors } = example.explain(artifact)
    ok(Number.isFinite(base) && factors.length > 0)
    for (const [at, { factor, weight, says }] of factors.entries()) {
      ok(Number.isFinite(weight), factor)
      ok(/^\S.*[.”]$/u.test(says), says)
      ok(at === 0 || Math.abs(weight) <= Math.abs(factors[at - 1]!.weight), factor)
    }
  })

  for (const [what, act] of Object.entries(example.refused))
    test(`${model.name}: refuses ${what}, by the name of the field`, () => {
      let fault: unknown
      try {
        act(artifact)
      } catch (error) {
        fault = error
      }
      ok(fault instanceof Fault, String(fault))
      ok(/^(model_(input|parameters)|artifact)_malformed$/.test(fault.code), fault.code)
      ok(typeof fault.detail.field === 'string' && fault.detail.field !== '')
      ok(typeof fault.detail.expected === 'string' && fault.detail.expected !== '')
    })
}

function notNumbers(value: unknown, at: string): string[] {
  if (typeof value === 'number') return Number.isNaN(value) ? [at] : []
  if (ArrayBuffer.isView(value)) return notNumbers(Array.from(value as Float64Array), at)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => notNumbers(member, `${at}.${key}`))
}
