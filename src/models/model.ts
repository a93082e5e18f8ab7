/** A model: an id with a version, schemas of what sets it and of what it learned, and its functions. */
import type { z } from 'zod'

/** Pure: no clock, no files, no network; randomness only from a seed among the parameters. */
export interface ModelDefinition {
  readonly id: string
  /** Raised by any change that can change a result. */
  readonly version: number
  /** What a person reads. */
  readonly title: string
  readonly parameters: z.ZodType
  /** What `fit` makes, and all that `predict` needs. Arrays of numbers by `./packed.ts`. */
  readonly artifact: z.ZodType
  /** Each model takes the shapes it needs. @throws Fault model_input_malformed */
  readonly fit: (...given: never[]) => unknown
  /** States its own uncertainty: an interval, quantiles, or a calibrated probability. */
  readonly predict: (...given: never[]) => unknown
  /** What moved one result. */
  readonly explain: (...given: never[]) => Explanation
}

export interface Factor {
  readonly factor: string
  /** In the unit that the model names; the sum over factors, with `base`, is the result. */
  readonly weight: number
  /** One sentence with the number in it. */
  readonly says: string
}

export interface Explanation {
  readonly base: number
  /** Strongest first. */
  readonly factors: readonly Factor[]
}

/** The definition as it stands, so that its functions keep their types, with its full name. */
export function defineModel<const Definition extends ModelDefinition>(definition: Definition) {
  return { ...definition, name: `${definition.id}@${definition.version}` as const }
}
