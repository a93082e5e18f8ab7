/**
 * What else goes into a basket: EASE (Steck 2019), each item by a linear sum over the others, beside the
 * mean of what each item alone suggests; both from counts of pairs.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { invert } from '../math/linear-algebra.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float32s } from '../packed.ts'
import { best, checkBaskets, type Scored } from './baskets.ts'

/** Inverting takes the cube of it: 2,000 items are some seconds; a chain splits by department. */
const itemsMax = 3000

export const CompletionParameters = z.strictObject({
  /** Items are 0 to this less one. */
  itemsCount: z.int().min(1).max(itemsMax),
  /** Draws weights to 0: the more, the fewer baskets there are. */
  ridge: z.number().positive().max(1e6).default(200),
  /** Share of the pairs' suggestion in the score, the rest is EASE's. */
  pairsRatio: z.number().min(0).max(1).default(0),
  /** What being bought by all adds to the score; near 0 it only breaks ties. */
  popularWeight: z.number().min(0).max(10).default(0.3),
  /** Baskets without news that each pair's share begins with. */
  priorCount: z.number().min(0).max(1e4).default(10),
})
type Given = z.input<typeof CompletionParameters>

export const CompletionArtifact = z.strictObject({
  /** `item * items + other`: what having the item adds to the other. */
  weights: float32s,
  /** Share of baskets that hold each item. */
  popular: float32s,
  popularWeight: z.number(),
})
export type CompletionArtifact = z.output<typeof CompletionArtifact>

/** @param baskets items as numbers from 0 */
export function fitCompletion(baskets: readonly (readonly number[])[], given: Given) {
  const parameters = parse(CompletionParameters, given, 'model_parameters_malformed')
  const { itemsCount: n, ridge, pairsRatio, popularWeight, priorCount } = parameters
  checkBaskets(baskets, n)
  const gram = new Float64Array(n * n)
  for (const basket of baskets) {
    const items = [...new Set(basket)]
    for (const one of items) for (const other of items) gram[one * n + other]! += 1
  }
  const regular = gram.slice()
  for (let item = 0; item < n; item += 1) regular[item * n + item]! += ridge
  const inverse = invert({ rows: n, columns: n, values: regular }).values
  const weights = new Float32Array(n * n)
  const total = Math.max(1, baskets.length)
  const popular = Float32Array.from({ length: n }, (_, item) => gram[item * n + item]! / total)
  for (let one = 0; one < n; one += 1)
    for (let other = 0; other < n; other += 1) {
      if (one === other) continue
      const ease = -inverse[one * n + other]! / inverse[other * n + other]!
      const shared = gram[one * n + other]! + priorCount * popular[other]!
      const pair = shared / (gram[one * n + one]! + priorCount || 1)
      weights[one * n + other] = pairsRatio * pair + (1 - pairsRatio) * ease
    }
  return { weights, popular, popularWeight } satisfies CompletionArtifact
}

/** k items that are not in the basket, the likeliest first; an empty basket gets what is popular. */
export function completeBasket(
  { weights, popular, popularWeight }: CompletionArtifact,
  basket: readonly number[],
  k: number,
): Scored[] {
  const n = popular.length
  checkBaskets([basket], n)
  const held = new Set(basket)
  const scores = popular.map((share) => share * popularWeight)
  for (const item of held)
    for (let other = 0; other < n; other += 1) scores[other]! += weights[item * n + other]!
  const least = scores.reduce((low, score) => Math.min(low, score), 0)
  return best(
    scores.map((score) => score - least + 1e-9),
    k,
    (item) => held.has(item),
  )
}

/** What each item of the basket adds for one other. */
export function explainCompletion(
  { weights, popular, popularWeight }: CompletionArtifact,
  basket: readonly number[],
  item: number,
): Explanation {
  const n = popular.length
  checkBaskets([basket, [item]], n)
  if (basket.includes(item))
    throw new Fault('model_input_malformed', { field: 'item', expected: 'not in the basket' })
  const factors = [...new Set(basket)].map((one) => {
    const weight = weights[one * n + item]!
    return { factor: `item ${one}`, weight, says: `Item ${one} adds ${weight.toFixed(3)}.` }
  })
  return {
    base: popular[item]! * popularWeight,
    factors: factors.toSorted((left, right) => Math.abs(right.weight) - Math.abs(left.weight)),
  }
}

export const basketCompletion = defineModel({
  id: 'basket_completion',
  version: 2,
  title: 'What else goes into the basket',
  parameters: CompletionParameters,
  artifact: CompletionArtifact,
  fit: fitCompletion,
  predict: completeBasket,
  explain: explainCompletion,
})
