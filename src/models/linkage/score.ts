/** Evidence of pairs in bits: the prior, what each field's agreement says, and how rare the value is. */
import type { Pairs } from './block.ts'
import { type LinkageField, type LinkageParameters, levelsCount } from './fields.ts'
import { comparePairs } from './patterns.ts'
import type { LinkageTable } from './table.ts'
import { bitsOf } from './weights.ts'

/** Frequencies are kept for what occurs more than once, the most common first. */
export const frequenciesMax = 20_000

export interface Edge {
  /** The lower record; with two files the one of the first. */
  readonly left: number
  readonly right: number
  /** Evidence in bits, the prior included: 0 is even chances. */
  readonly bits: number
}

export interface Frequencies {
  readonly tokens: readonly string[]
  readonly counts: Int32Array
}

export interface Evidence {
  readonly m: Float64Array
  readonly u: Float64Array
  readonly matchRatio: number
  readonly recordsCount: number
  /** Of each field that uses them; empty for others. */
  readonly frequencies: readonly Frequencies[]
}

/** Pairs below are no edge: less likely than 1 in 1,000 to be one person. */
const bitsMin = -10

/** Bits in steps of 2^-20, so that sums are exact and the same in any order. */
export function inSteps(bits: number): number {
  return Math.round(bits * 2 ** 20) / 2 ** 20
}

export function oddsBits(ratio: number): number {
  return inSteps(Math.log2(ratio / (1 - ratio)))
}

/** Chance that an edge's two records are one person's. */
export function chanceOf({ bits }: Pick<Edge, 'bits'>): number {
  return 1 / (1 + 2 ** -bits)
}

export interface Weigher {
  /** `field * levels + level`. */
  readonly bits: Float64Array
  /** Of each field that uses frequencies: what agreeing on this very value adds. */
  readonly rarity: readonly (Float64Array | undefined)[]
}

export function weigherOf(
  fields: readonly LinkageField[],
  { m, u, recordsCount, frequencies }: Evidence,
  { tokens }: Pick<LinkageTable, 'tokens'>,
): Weigher {
  // In place of strangers' agreement at large: how common this very value is.
  const rarity = fields.map(({ usesFrequency }, field) => {
    if (!usesFrequency) return undefined
    const of = frequencies[field]!
    const known = new Map(of.tokens.map((token, at) => [token, of.counts[at]!]))
    const base = Math.log2(u[field * levelsCount]!)
    return Float64Array.from(tokens[field]!, (token) =>
      inSteps(base - Math.log2(Math.max(2, known.get(token) ?? 1) / Math.max(2, recordsCount))),
    )
  })
  return { bits: bitsOf(m, u).map(inSteps), rarity }
}

/** Every pair compared that is more likely one person than 1 in 1,000. */
export function scorePairs(
  { fields }: LinkageParameters,
  evidence: Evidence,
  table: LinkageTable,
  pairs: Pairs,
): Edge[] {
  const { fieldsCount, recordsCount, values } = table
  const { bits, rarity } = weigherOf(fields, evidence, table)
  const patterns = comparePairs(table, pairs)
  const prior = oddsBits(evidence.matchRatio)
  const sums = new Float64Array(patterns.count).fill(prior)
  const rareFields: number[][] = []
  for (let pattern = 0; pattern < patterns.count; pattern += 1) {
    const rare: number[] = []
    for (let field = 0; field < fieldsCount; field += 1) {
      const level = patterns.levels[pattern * fieldsCount + field]!
      if (level < 0) continue
      sums[pattern]! += bits[field * levelsCount + level]!
      if (level === 0 && rarity[field] !== undefined) rare.push(field)
    }
    rareFields.push(rare)
  }
  const edges: Edge[] = []
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const [left, right, pattern] = [pairs.left[pair]!, pairs.right[pair]!, patterns.of[pair]!]
    let sum = sums[pattern]!
    for (const field of rareFields[pattern]!)
      sum += rarity[field]![values[field * recordsCount + left]!]!
    if (sum > bitsMin) edges.push({ left, right, bits: sum })
  }
  return edges
}

export function countFrequencies(
  fields: readonly LinkageField[],
  { recordsCount, values, tokens }: LinkageTable,
): { tokens: string[]; counts: Int32Array }[] {
  return fields.map(({ usesFrequency }, field) => {
    if (!usesFrequency) return { tokens: [], counts: new Int32Array(0) }
    const names = tokens[field]!
    const counts = new Int32Array(names.length)
    for (let record = 0; record < recordsCount; record += 1) {
      const value = values[field * recordsCount + record]!
      if (value >= 0) counts[value]! += 1
    }
    const common = [...counts.keys()]
      .filter((value) => counts[value]! > 1)
      .sort(
        (left, right) => counts[right]! - counts[left]! || (names[left]! < names[right]! ? -1 : 1),
      )
      .slice(0, frequenciesMax)
    return {
      tokens: common.map((value) => names[value]!),
      counts: Int32Array.from(common, (value) => counts[value]!),
    }
  })
}
