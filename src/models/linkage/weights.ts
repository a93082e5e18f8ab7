/**
 * Fellegi and Sunter's weights without labels: how often strangers agree is counted over pairs by
 * chance (u), how often one person's records do by expectation and maximisation (m).
 */
import { createRandom } from '../math/random.ts'
import { blockPairs, fieldsOfRule, type Pairs } from './block.ts'
import { type LinkageParameters, levelsCount } from './fields.ts'
import type { LinkageTable } from './table.ts'

export interface Weights {
  /** `field * levels + level`. */
  readonly m: Float64Array
  readonly u: Float64Array
  /** Chance that two records by chance are one person's. */
  readonly matchRatio: number
}

const strangersCount = 1_000_000
const trainingPairsMax = 400_000
const roundsMax = 40
/** So that no level is impossible. */
const smoothing = 0.5

export function estimateWeights(
  parameters: LinkageParameters,
  table: LinkageTable,
): { weights: Weights; pairs: Pairs } {
  const pairs = blockPairs(parameters, table)
  const u = strangers(parameters, table)
  const m = matches(parameters, table, pairs, u)
  return { pairs, weights: { m, u, matchRatio: matchRatioOf(table, pairs, m, u) } }
}

function strangers({ seed }: LinkageParameters, table: LinkageTable): Float64Array {
  const { recordsCount, fieldsCount } = table
  const random = createRandom(seed)
  const counts = new Float64Array(fieldsCount * levelsCount).fill(smoothing)
  const wanted = recordsCount < 2 ? 0 : Math.min(strangersCount, recordsCount * 50)
  for (let draw = 0; draw < wanted; draw += 1) {
    const left = random.below(recordsCount)
    const right = random.below(recordsCount)
    if (left === right) continue
    for (let field = 0; field < fieldsCount; field += 1) {
      const level = table.level(field, left, right)
      if (level >= 0) counts[field * levelsCount + level]! += 1
    }
  }
  return shares(counts)
}

/** Of each rule's pairs in turn, for the fields that the rule does not hold equal; then their mean. */
function matches(
  parameters: LinkageParameters,
  table: LinkageTable,
  pairs: Pairs,
  u: Float64Array,
): Float64Array {
  const { fieldsCount } = table
  const sums = new Float64Array(fieldsCount * levelsCount)
  for (const [rule] of parameters.blocking.entries()) {
    const skipped = fieldsOfRule(parameters, rule)
    const patterns = patternsOf(table, pairs, rule)
    const found = maximise(patterns, fieldsCount, u, skipped)
    for (let at = 0; at < sums.length; at += 1)
      if (!skipped.has(Math.floor(at / levelsCount))) sums[at]! += found[at]!
  }
  const floor = new Float64Array(fieldsCount * levelsCount).fill(smoothing)
  // A field that every rule holds equal keeps what one starts with.
  for (let at = 0; at < sums.length; at += 1) sums[at]! += floor[at]! + usual(at) * 2
  return shares(sums)
}

const usual = (at: number): number => [0.8, 0.06, 0.04, 0.03, 0.03, 0.04][at % levelsCount]!

interface Patterns {
  /** `pattern * fields + field`. */
  readonly levels: Int8Array
  readonly counts: Float64Array
}

/** Pairs with the same levels everywhere count together; only some hundreds of patterns occur. */
function patternsOf(table: LinkageTable, { left, right, rules }: Pairs, rule: number): Patterns {
  const { fieldsCount } = table
  const places = new Map<string, number>()
  const levels: number[] = []
  const counts: number[] = []
  let taken = 0
  for (let pair = 0; pair < left.length && taken < trainingPairsMax; pair += 1) {
    if ((rules[pair]! & (1 << (rule % 31))) === 0) continue
    taken += 1
    let key = ''
    for (let field = 0; field < fieldsCount; field += 1)
      key += String.fromCharCode(66 + table.level(field, left[pair]!, right[pair]!))
    const known = places.get(key)
    if (known !== undefined) counts[known]! += 1
    else {
      places.set(key, counts.length)
      counts.push(1)
      for (let field = 0; field < fieldsCount; field += 1) levels.push(key.charCodeAt(field) - 66)
    }
  }
  return { levels: Int8Array.from(levels), counts: Float64Array.from(counts) }
}

function maximise(
  { levels, counts }: Patterns,
  fieldsCount: number,
  u: Float64Array,
  skipped: ReadonlySet<number>,
): Float64Array {
  let m: Float64Array = Float64Array.from(u, (_, at) => usual(at))
  let ratio = 0.3
  for (let round = 0; round < roundsMax; round += 1) {
    const sums = new Float64Array(m.length).fill(smoothing)
    let [matched, all] = [1, 2]
    for (const [pattern, count] of counts.entries()) {
      let odds = ratio / (1 - ratio)
      for (let field = 0; field < fieldsCount; field += 1) {
        const level = levels[pattern * fieldsCount + field]!
        if (level < 0 || skipped.has(field)) continue
        odds *= m[field * levelsCount + level]! / u[field * levelsCount + level]!
      }
      const chance = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds)
      matched += chance * count
      all += count
      for (let field = 0; field < fieldsCount; field += 1) {
        const level = levels[pattern * fieldsCount + field]!
        if (level >= 0) sums[field * levelsCount + level]! += chance * count
      }
    }
    m = shares(sums)
    ratio = Math.min(0.999, matched / all)
  }
  return m
}

/** Matches expected among the pairs compared, over all pairs that there are. */
function matchRatioOf(table: LinkageTable, pairs: Pairs, m: Float64Array, u: Float64Array): number {
  const all = Math.max(1, (table.recordsCount * (table.recordsCount - 1)) / 2)
  let ratio = Math.min(0.5, table.recordsCount / all)
  for (let round = 0; round < 8; round += 1) {
    const prior = Math.log2(ratio / (1 - ratio))
    let matched = 0.5
    const step = Math.max(1, Math.floor(pairs.left.length / trainingPairsMax))
    for (let pair = 0; pair < pairs.left.length; pair += step) {
      let bits = prior
      for (let field = 0; field < table.fieldsCount; field += 1) {
        const level = table.level(field, pairs.left[pair]!, pairs.right[pair]!)
        if (level < 0) continue
        bits += Math.log2(m[field * levelsCount + level]! / u[field * levelsCount + level]!)
      }
      matched += step / (1 + 2 ** -bits)
    }
    ratio = Math.min(0.5, matched / all)
  }
  return ratio
}

function shares(counts: Float64Array): Float64Array {
  const found = counts.slice()
  for (let from = 0; from < counts.length; from += levelsCount) {
    let sum = 0
    for (let at = from; at < from + levelsCount; at += 1) sum += counts[at]!
    for (let at = from; at < from + levelsCount; at += 1) found[at]! /= sum
  }
  return found
}
