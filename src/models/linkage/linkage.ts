/** Records of one person found by tokens alone, with the evidence field by field, and undone again. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s, int32s } from '../packed.ts'
import { blockPairs, type Pairs } from './block.ts'
import { clusterEdges, type Edge } from './cluster.ts'
import {
  type LinkageInput,
  LinkageParameters,
  levelFloors,
  levelsCount,
  type TokenRecord,
} from './fields.ts'
import { type LinkageTable, tableOf } from './table.ts'
import { estimateWeights, type Weights } from './weights.ts'

/** Frequencies are kept for what occurs more than once, the most common first. */
const frequenciesMax = 20_000

export const LinkageArtifact = z.strictObject({
  m: float64s,
  u: float64s,
  matchRatio: z.number().gt(0).lt(1),
  recordsCount: z.int().nonnegative(),
  /** Of each field that uses them; empty for others. */
  frequencies: z.array(
    z.strictObject({ tokens: z.array(z.string().max(44)).max(frequenciesMax), counts: int32s }),
  ),
})
export type LinkageArtifact = z.output<typeof LinkageArtifact>

export interface Linked {
  /** Of each record the lowest record of its profile. */
  readonly profiles: Int32Array
  /** Every pair compared that is more likely one person than 1 in 1,000. */
  readonly edges: readonly Edge[]
  readonly pairsCompared: number
}

/** Chance that an edge's two records are one person's. */
export function chanceOf({ bits }: Pick<Edge, 'bits'>): number {
  return 1 / (1 + 2 ** -bits)
}

/** @throws Fault model_parameters_malformed | model_input_malformed */
export function fitLinkage(records: readonly TokenRecord[], given: LinkageInput): LinkageArtifact {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  const table = tableOf(parameters, records)
  const { weights } = estimateWeights(parameters, table)
  return artifactOf(parameters, table, weights)
}

/** @param apart pairs of records that people have parted */
export function linkRecords(
  artifact: LinkageArtifact,
  records: readonly TokenRecord[],
  given: LinkageInput,
  apart: readonly (readonly [number, number])[] = [],
): Linked {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  if (artifact.m.length !== parameters.fields.length * levelsCount)
    throw new Fault('model_input_malformed', { field: 'artifact', expected: 'of these fields' })
  const table = tableOf(parameters, records)
  const pairs = blockPairs(parameters, table)
  const edges = score(parameters, artifact, table, pairs)
  const profiles = clusterEdges(records.length, edges, clusterRules(parameters, table, apart))
  return { profiles, edges, pairsCompared: pairs.left.length }
}

export interface Unmerged {
  readonly profiles: Int32Array
  /** Records whose profile is another than before: what consents and suppressions are sent again for. */
  readonly moved: readonly { record: number; before: number; after: number }[]
}

/** Parts two records for good and rebuilds the profile that held both; no other is touched. */
export function unmerge(
  linked: Linked,
  given: LinkageInput,
  left: number,
  right: number,
  apart: readonly (readonly [number, number])[] = [],
): Unmerged {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  const { profiles, edges } = linked
  if (profiles[left] === undefined || profiles[right] === undefined || left === right)
    throw new Fault('model_input_malformed', { field: 'left', expected: 'two records' })
  const after = profiles.slice()
  if (profiles[left] !== profiles[right]) return { profiles: after, moved: [] }
  const members = [...profiles.keys()].filter((record) => profiles[record] === profiles[left])
  const place = new Map(members.map((record, at) => [record, at]))
  const inside = (one: number, other: number) => place.has(one) && place.has(other)
  const local = clusterEdges(
    members.length,
    edges
      .filter((edge) => inside(edge.left, edge.right))
      .map((edge) => ({
        left: place.get(edge.left)!,
        right: place.get(edge.right)!,
        bits: edge.bits,
      })),
    {
      bitsMin: bitsOf(parameters.joinRatio),
      clusterMax: parameters.clusterMax,
      groupBitsMin: parameters.groupBitsMin,
      apart: [...apart, [left, right] as const]
        .filter(([one, other]) => inside(one, other))
        .map(([one, other]) => [place.get(one)!, place.get(other)!] as const),
    },
  )
  for (const [at, record] of members.entries()) after[record] = members[local[at]!]!
  const moved = members
    .filter((record) => after[record] !== profiles[record])
    .map((record) => ({ record, before: profiles[record]!, after: after[record]! }))
  return { profiles: after, moved }
}

/** Bits for and against two records being one person's, field by field. */
export function explainPair(
  artifact: LinkageArtifact,
  left: TokenRecord,
  right: TokenRecord,
  given: LinkageInput,
): Explanation {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  const table = tableOf(parameters, [left, right])
  const weigh = weigher(parameters, artifact, table)
  const factors = parameters.fields.map(({ name }, field) => {
    const level = table.level(field, 0, 1)
    const weight = weigh(field, 0, 1, level)
    return {
      factor: name,
      weight,
      says: `${name} ${levelWords(level)}: ${weight.toFixed(1)} bits.`,
    }
  })
  return {
    base: bitsOf(artifact.matchRatio),
    factors: factors.toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight)),
  }
}

export const recordLinkage = defineModel({
  id: 'record_linkage',
  version: 1,
  title: 'Records of one customer',
  parameters: LinkageParameters,
  artifact: LinkageArtifact,
  fit: fitLinkage,
  predict: linkRecords,
  explain: explainPair,
})

function artifactOf(
  { fields }: LinkageParameters,
  table: LinkageTable,
  { m, u, matchRatio }: Weights,
): LinkageArtifact {
  const { recordsCount, values, tokens } = table
  const frequencies = fields.map(({ usesFrequency }, field) => {
    if (!usesFrequency) return { tokens: [], counts: new Int32Array(0) }
    const counts = new Int32Array(tokens[field]!.length)
    for (let record = 0; record < recordsCount; record += 1) {
      const value = values[field * recordsCount + record]!
      if (value >= 0) counts[value]! += 1
    }
    const common = [...counts.keys()]
      .filter((value) => counts[value]! > 1)
      .sort((left, right) => counts[right]! - counts[left]! || left - right)
      .slice(0, frequenciesMax)
    return {
      tokens: common.map((value) => tokens[field]![value]!),
      counts: Int32Array.from(common, (value) => counts[value]!),
    }
  })
  return { m, u, matchRatio, recordsCount, frequencies }
}

type Weigh = (field: number, left: number, right: number, level: number) => number

function weigher(
  { fields }: LinkageParameters,
  { m, u, recordsCount, frequencies }: LinkageArtifact,
  table: LinkageTable,
): Weigh {
  const bits = Float64Array.from(m, (value, at) => Math.log2(value / u[at]!))
  // In place of strangers' agreement at large: how common this very value is.
  const rarity = fields.map(({ usesFrequency }, field) => {
    if (!usesFrequency) return undefined
    const { tokens, counts } = frequencies[field]!
    const known = new Map(tokens.map((token, at) => [token, counts[at]!]))
    const base = Math.log2(u[field * levelsCount]!)
    return Float64Array.from(
      table.tokens[field]!,
      (token) => base - Math.log2(Math.max(2, known.get(token) ?? 1) / Math.max(2, recordsCount)),
    )
  })
  return (field, left, _right, level) => {
    if (level < 0) return 0
    const weight = bits[field * levelsCount + level]!
    const rare = rarity[field]
    if (level > 0 || rare === undefined) return weight
    return weight + rare[table.values[field * table.recordsCount + left]!]!
  }
}

function score(
  parameters: LinkageParameters,
  artifact: LinkageArtifact,
  table: LinkageTable,
  { left, right }: Pairs,
): Edge[] {
  const weigh = weigher(parameters, artifact, table)
  const prior = bitsOf(artifact.matchRatio)
  const edges: Edge[] = []
  for (let pair = 0; pair < left.length; pair += 1) {
    const [one, other] = [left[pair]!, right[pair]!]
    let bits = prior
    for (let field = 0; field < table.fieldsCount; field += 1)
      bits += weigh(field, one, other, table.level(field, one, other))
    if (bits > -10) edges.push({ left: one, right: other, bits })
  }
  return edges
}

function clusterRules(
  { fields, joinRatio, clusterMax, groupBitsMin }: LinkageParameters,
  { values, recordsCount }: LinkageTable,
  apart: readonly (readonly [number, number])[],
) {
  const identities = fields.flatMap(({ isIdentity }, field) =>
    isIdentity ? [values.subarray(field * recordsCount, (field + 1) * recordsCount)] : [],
  )
  return { bitsMin: bitsOf(joinRatio), clusterMax, groupBitsMin, identities, apart }
}

function bitsOf(ratio: number): number {
  return Math.log2(ratio / (1 - ratio))
}

function levelWords(level: number): string {
  if (level < 0) return 'is missing'
  if (level === 0) return 'is the same'
  if (level > levelFloors.length) return 'differs'
  return `is alike (${levelFloors[level - 1]} or more)`
}
