/**
 * What a customer's next basket will hold: his own habits, of late above all, those of customers like
 * him, and what everybody buys. Two lists: what he buys again, and what he has not tried.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float32s, int32s } from '../packed.ts'
import {
  best,
  checkBaskets,
  type Histories,
  type Rows,
  rowsOf,
  type Scored,
  turned,
} from './baskets.ts'
import { dueFactor, type Lapse, lapsesOf } from './dueness.ts'

export const NextOfferParameters = z.strictObject({
  /** Items are 0 to this less one. */
  itemsCount: z.int().min(1).max(200_000),
  /** Baskets of a customer that count, the latest. */
  basketsMax: z.int().min(1).max(500).default(25),
  /** How much a basket counts against the one after it. */
  decay: z.number().gt(0).max(1).default(1),
  /** How far likeness is taken from the other's side: 1 ignores how much the other buys. */
  asymmetry: z.number().min(0).max(1).default(0.75),
  /** Power of likeness: high keeps to the most alike. */
  locality: z.number().min(0).max(20).default(2),
  /** Customers, the most alike, that are listened to. */
  neighboursMax: z.int().min(1).max(5000).default(900),
  /** What the customer's own habit counts in the score. */
  ownWeight: z.number().min(0).max(10).default(0.5),
  /** What customers alike buy. */
  alikeWeight: z.number().min(0).max(10).default(1),
  /** What everybody buys. */
  popularWeight: z.number().min(0).max(10).default(0.03),
  /** What a basket without an item takes from the habit of it: see `./dueness.ts`. */
  lapse: z.number().min(0).max(10).default(0.1),
  /** What being overdue adds to it. */
  overdue: z.number().min(0).max(10).default(0.25),
})
export type NextOfferParameters = z.output<typeof NextOfferParameters>
type Given = z.input<typeof NextOfferParameters>

export const NextOfferArtifact = z.strictObject({
  /** Rows of customers: habit, the decayed share of baskets that held the item. */
  starts: int32s,
  items: int32s,
  values: float32s,
  /** Beside each value: baskets since it was bought last, and the customer's usual gap or NaN. */
  since: float32s,
  usualGap: float32s,
  /** Share of baskets that hold each item. */
  popular: float32s,
})
export type NextOfferArtifact = z.output<typeof NextOfferArtifact>

export interface Offers {
  readonly next: readonly Scored[]
  readonly repeat: readonly Scored[]
  readonly explore: readonly Scored[]
}

export interface OfferParts {
  readonly own: Float32Array
  /** Of what he bought before: the factor by which that habit still holds. */
  readonly due: Float32Array
  readonly alike: Float32Array
  readonly popular: Float32Array
}

/** @throws Fault model_parameters_malformed | model_input_malformed */
export function fitNextOffer(histories: Histories, given: Given): NextOfferArtifact {
  const parameters = parse(NextOfferParameters, given, 'model_parameters_malformed')
  const popular = new Float32Array(parameters.itemsCount)
  let basketsCount = 0
  for (const baskets of histories) {
    checkBaskets(baskets, parameters.itemsCount)
    for (const basket of baskets) for (const item of new Set(basket)) popular[item]! += 1
    basketsCount += baskets.length
  }
  for (let item = 0; item < popular.length; item += 1) popular[item]! /= Math.max(1, basketsCount)
  const latest = histories.map((baskets) => baskets.slice(-parameters.basketsMax))
  const lapses = latest.map(lapsesOf)
  // Of the same items in the same order, so that values stand beside each other.
  const beside = (pick: (lapse: Lapse) => number) =>
    rowsOf(lapses.map((own) => new Map([...own].map(([item, lapse]) => [item, pick(lapse)]))))
      .values
  return {
    ...rowsOf(latest.map((baskets) => habitOf(baskets, parameters))),
    since: beside(({ since }) => since),
    usualGap: beside(({ usualGap }) => usualGap),
    popular,
  }
}

/** Decayed share of a customer's latest baskets that held each item. */
export function habitOf(
  baskets: readonly (readonly number[])[],
  { basketsMax, decay }: Pick<NextOfferParameters, 'basketsMax' | 'decay'>,
): Map<number, number> {
  const latest = baskets.slice(-basketsMax)
  const habit = new Map<number, number>()
  let weight = 1
  let sum = 0
  for (const basket of latest.toReversed()) {
    for (const item of new Set(basket)) habit.set(item, (habit.get(item) ?? 0) + weight)
    sum += weight
    weight *= decay
  }
  for (const [item, value] of habit) habit.set(item, value / sum)
  return habit
}

export interface OfferSearch {
  /** Of a customer of the artifact, by his row. */
  parts(customer: number): OfferParts
  /**
   * k of each list.
   * @param isLeftOut what is recalled, restricted or not there
   * @param margins by item, in any one unit: ranks by score times margin, and never offers what has none
   */
  offers(
    customer: number,
    k: number,
    isLeftOut?: (item: number) => boolean,
    margins?: ArrayLike<number>,
  ): Offers
}

/** Ready to answer many customers: turning the rows over is done once. */
export function createOfferSearch(artifact: NextOfferArtifact, given: Given): OfferSearch {
  const parameters = parse(NextOfferParameters, given, 'model_parameters_malformed')
  if (artifact.popular.length !== parameters.itemsCount) refuse('artifact', 'of as many items')
  const byItem = turned(artifact, parameters.itemsCount)
  const customersCount = artifact.starts.length - 1
  const norms = Float32Array.from({ length: customersCount }, (_, row) => norm(artifact, row))
  const dots = new Float32Array(customersCount)

  function parts(customer: number): OfferParts {
    if (!(Number.isInteger(customer) && customer >= 0 && customer < customersCount))
      refuse('customer', `a row below ${customersCount}`)
    const own = new Float32Array(parameters.itemsCount)
    const alike = new Float32Array(parameters.itemsCount)
    const due = new Float32Array(parameters.itemsCount)
    for (let at = artifact.starts[customer]!; at < artifact.starts[customer + 1]!; at += 1) {
      const [since, usualGap] = [artifact.since[at]!, artifact.usualGap[at]!]
      due[artifact.items[at]!] = dueFactor({ since, usualGap }, parameters)
    }
    const touched = addDots(artifact, byItem, customer, dots, own)
    const near = nearest(touched, dots, norms, customer, parameters)
    let sum = 0
    for (const { item: other, score } of near) {
      sum += score
      for (let at = artifact.starts[other]!; at < artifact.starts[other + 1]!; at += 1)
        alike[artifact.items[at]!]! += score * artifact.values[at]!
    }
    if (sum > 0) for (let item = 0; item < alike.length; item += 1) alike[item]! /= sum
    for (const other of touched) dots[other] = 0
    return { own, due, alike, popular: artifact.popular }
  }

  return {
    parts,
    offers(customer, k, isLeftOut = () => false, margins) {
      checkMargins(margins, parameters.itemsCount)
      const { own, due, alike, popular } = parts(customer)
      const { ownWeight, alikeWeight, popularWeight } = parameters
      const scores = own.map(
        (value, item) =>
          (ownWeight * value * due[item]! +
            alikeWeight * alike[item]! +
            popularWeight * popular[item]!) *
          (margins?.[item] ?? 1),
      )
      return {
        next: best(scores, k, isLeftOut),
        repeat: best(scores, k, (item) => own[item] === 0 || isLeftOut(item)),
        explore: best(scores, k, (item) => own[item]! > 0 || isLeftOut(item)),
      }
    },
  }
}

export function predictNextOffer(
  artifact: NextOfferArtifact,
  customer: number,
  k: number,
  given: Given,
): Offers {
  return createOfferSearch(artifact, given).offers(customer, k)
}

/** What puts an item on the list, in units of score. */
export function explainOffer(
  artifact: NextOfferArtifact,
  customer: number,
  item: number,
  given: Given,
): Explanation {
  const parameters = parse(NextOfferParameters, given, 'model_parameters_malformed')
  const parts = createOfferSearch(artifact, given).parts(customer)
  if (parts.own[item] === undefined) refuse('item', `a number below ${parameters.itemsCount}`)
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  const factors = [
    {
      factor: 'own habit',
      weight: parameters.ownWeight * parts.own[item]! * parts.due[item]!,
      says: `In ${percent(parts.own[item]!)} of the customer's baskets, of which ${percent(parts.due[item]!)} still counts for when it was bought last.`,
    },
    {
      factor: 'customers alike',
      weight: parameters.alikeWeight * parts.alike[item]!,
      says: `In ${percent(parts.alike[item]!)} of the baskets of customers alike.`,
    },
    {
      factor: 'everybody',
      weight: parameters.popularWeight * parts.popular[item]!,
      says: `In ${percent(parts.popular[item]!)} of all baskets.`,
    },
  ]
  return { base: 0, factors: factors.toSorted((left, right) => right.weight - left.weight) }
}

export const nextOffer = defineModel({
  id: 'next_offer',
  version: 2,
  title: 'What the next basket will hold',
  parameters: NextOfferParameters,
  artifact: NextOfferArtifact,
  fit: fitNextOffer,
  predict: predictNextOffer,
  explain: explainOffer,
})

function checkMargins(margins: ArrayLike<number> | undefined, itemsCount: number): void {
  if (margins === undefined) return
  if (margins.length !== itemsCount) refuse('margins', `${itemsCount} margins`)
  for (let item = 0; item < itemsCount; item += 1)
    if (!Number.isFinite(margins[item])) refuse(`margins.${item}`, 'a number')
}

function norm({ starts, values }: Rows, row: number): number {
  let sum = 0
  for (let at = starts[row]!; at < starts[row + 1]!; at += 1) sum += values[at]! ** 2
  return sum
}

/** Products of the customer's row with all rows that share an item, and his own values on the way. */
function addDots(
  rows: Rows,
  byItem: Rows,
  customer: number,
  dots: Float32Array,
  own: Float32Array,
): number[] {
  const touched: number[] = []
  for (let at = rows.starts[customer]!; at < rows.starts[customer + 1]!; at += 1) {
    const [item, value] = [rows.items[at]!, rows.values[at]!]
    own[item] = value
    for (let place = byItem.starts[item]!; place < byItem.starts[item + 1]!; place += 1) {
      const other = byItem.items[place]!
      if (dots[other] === 0) touched.push(other)
      dots[other]! += value * byItem.values[place]!
    }
  }
  return touched
}

function nearest(
  touched: readonly number[],
  dots: Float32Array,
  norms: Float32Array,
  customer: number,
  { asymmetry, locality, neighboursMax }: NextOfferParameters,
): Scored[] {
  const own = norms[customer]! ** asymmetry
  const found: Scored[] = []
  for (const other of touched) {
    if (other === customer) continue
    const likeness = dots[other]! / (own * norms[other]! ** (1 - asymmetry))
    found.push({ item: other, score: likeness ** locality })
  }
  return found
    .sort((left, right) => right.score - left.score || left.item - right.item)
    .slice(0, neighboursMax)
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
