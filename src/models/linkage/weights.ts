/**
 * Fellegi and Sunter's weights without labels: how often strangers agree is counted over pairs by
 * chance (u), how often one person's records do by expectation and maximisation (m).
 */
import { createRandom } from '../math/random.ts'
import { blockPairs, fieldsOfRule, type Pairs } from './block.ts'
import { type LinkageParameters, levelsCount } from './fields.ts'
import { compareInto, comparePairs, type Patterns } from './patterns.ts'
import type { LinkageTable } from './table.ts'

export interface Weights {
  /** `field * levels + level`. */
  readonly m: Float64Array
  readonly u: Float64Array
  /** Chance that two records by chance are one person's. */
  readonly matchRatio: number
}

const strangersCount = 1_000_000
const trainingPairsMax = 2_000_000
const roundsMax = 40
/** So that no level is impossible. */
const smoothing = 0.5

/** The same in any order of the records. */
export function estimateWeights(parameters: LinkageParameters, table: LinkageTable): Weights {
  const all = blockPairs(parameters, table)
  const step = Math.max(1, Math.ceil(all.count / trainingPairsMax))
  const pairs = step === 1 ? all : everyNth(all, table, step)
  const patterns = comparePairs(table, pairs)
  const u = strangers(parameters, table)
  const m = matches(parameters, table, pairs, patterns, u)
  return { m, u, matchRatio: matchRatioOf(table, patterns, step, m, u) }
}

/** Chosen by content, so that the order of the records does not matter. */
function everyNth(pairs: Pairs, { keys }: LinkageTable, step: number): Pairs {
  const isTaken = (_: number, pair: number) =>
    (keys[pairs.left[pair]!]! + keys[pairs.right[pair]!]!) % step === 0
  const [left, right] = [pairs.left.filter(isTaken), pairs.right.filter(isTaken)]
  return { ...pairs, left, right, count: left.length }
}

function strangers({ seed }: LinkageParameters, table: LinkageTable): Float64Array {
  const { recordsCount, fieldsCount, firstCount, keys } = table
  const random = createRandom(seed)
  const counts = new Float64Array(fieldsCount * levelsCount).fill(smoothing)
  const order = Int32Array.from({ length: recordsCount }, (_, at) => at)
  const byKey = (one: number, other: number) => keys[one]! - keys[other]!
  const first = order.slice(0, firstCount === 0 ? recordsCount : firstCount).sort(byKey)
  const second = firstCount === 0 ? first : order.slice(firstCount).sort(byKey)
  const isPossible = recordsCount > 1 && first.length > 0 && second.length > 0
  const levels = new Int8Array(fieldsCount)
  const wanted = isPossible ? Math.min(strangersCount, recordsCount * 50) : 0
  for (let draw = 0; draw < wanted; draw += 1) {
    const left = first[random.below(first.length)]!
    const right = second[random.below(second.length)]!
    if (left === right) continue
    compareInto(levels, table, left, right)
    for (let field = 0; field < fieldsCount; field += 1) {
      const level = levels[field]!
      if (level >= 0) counts[field * levelsCount + level]! += 1
    }
  }
  return shares(counts)
}

/** Of each rule's pairs in turn, for the fields that the rule does not hold equal; then their mean. */
function matches(
  parameters: LinkageParameters,
  { fieldsCount }: LinkageTable,
  pairs: Pairs,
  patterns: Patterns,
  u: Float64Array,
): Float64Array {
  const sums = new Float64Array(fieldsCount * levelsCount)
  for (const [rule] of parameters.blocking.entries()) {
    const counts = new Float64Array(patterns.count)
    for (let pair = 0; pair < pairs.count; pair += 1)
      if (pairs.isFoundBy(rule, pairs.left[pair]!, pairs.right[pair]!))
        counts[patterns.of[pair]!]! += 1
    const skipped = fieldsOfRule(parameters, rule)
    const found = maximise(patterns, counts, u, skipped)
    for (let at = 0; at < sums.length; at += 1)
      if (!skipped.has(Math.floor(at / levelsCount))) sums[at]! += found[at]!
  }
  // A field that every rule holds equal keeps what one starts with.
  for (let at = 0; at < sums.length; at += 1) sums[at]! += smoothing + usual(at) * 2
  return shares(sums)
}

const usual = (at: number): number => [0.78, 0.06, 0.04, 0.03, 0.03, 0.04, 0.02][at % levelsCount]!

/**
 * @param counts pairs of each pattern
 * @param skipped fields whose agreement is no evidence here
 * @returns `field * levels + level`: how often records of one person agree so
 */
export function maximise(
  { levels }: Pick<Patterns, 'levels'>,
  counts: Float64Array,
  u: Float64Array,
  skipped: ReadonlySet<number>,
): Float64Array {
  const fieldsCount = u.length / levelsCount
  let m: Float64Array = Float64Array.from(u, (_, at) => usual(at))
  let ratio = 0.3
  for (let round = 0; round < roundsMax; round += 1) {
    const bits = bitsOf(m, u)
    const sums = new Float64Array(m.length).fill(smoothing)
    let [matched, all] = [1, 2]
    for (let pattern = 0; pattern < counts.length; pattern += 1) {
      const count = counts[pattern]!
      if (count === 0) continue
      let sum = Math.log2(ratio / (1 - ratio))
      for (let field = 0; field < fieldsCount; field += 1) {
        const level = levels[pattern * fieldsCount + field]!
        if (level >= 0 && !skipped.has(field)) sum += bits[field * levelsCount + level]!
      }
      const chance = 1 / (1 + 2 ** -sum)
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
function matchRatioOf(
  { recordsCount, firstCount, fieldsCount }: LinkageTable,
  { levels, of, count }: Patterns,
  step: number,
  m: Float64Array,
  u: Float64Array,
): number {
  const pairsCount =
    firstCount === 0
      ? (recordsCount * (recordsCount - 1)) / 2
      : firstCount * (recordsCount - firstCount)
  const all = Math.max(1, pairsCount)
  const bits = bitsOf(m, u)
  const counts = new Float64Array(count)
  for (const pattern of of) counts[pattern]! += step
  let ratio = Math.min(0.5, recordsCount / all)
  for (let round = 0; round < 8; round += 1) {
    const prior = Math.log2(ratio / (1 - ratio))
    let matched = 0.5
    for (let pattern = 0; pattern < count; pattern += 1) {
      let sum = prior
      for (let field = 0; field < fieldsCount; field += 1) {
        const level = levels[pattern * fieldsCount + field]!
        if (level >= 0) sum += bits[field * levelsCount + level]!
      }
      matched += counts[pattern]! / (1 + 2 ** -sum)
    }
    ratio = Math.min(0.5, matched / all)
  }
  return ratio
}

/** `field * levels + level`: what an agreement says for one person, in bits. */
export function bitsOf(m: Float64Array, u: Float64Array): Float64Array {
  return Float64Array.from(m, (value, at) => Math.log2(value / u[at]!))
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
