/** Records of one person found by tokens alone, with the evidence field by field. */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { refuseInput } from '../inputs.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s, int32s } from '../packed.ts'
import { blockPairs } from './block.ts'
import { type ClusterRules, clusterEdges } from './cluster.ts'
import {
  differs,
  isCrossed,
  type LinkageInput,
  LinkageParameters,
  levelFloors,
  levelsCount,
  type TokenRecord,
} from './fields.ts'
import { matchEdges } from './match.ts'
import type { Apart } from './order.ts'
import { compareInto } from './patterns.ts'
import {
  countFrequencies,
  type Edge,
  frequenciesMax,
  oddsBits,
  scorePairs,
  weigherOf,
} from './score.ts'
import type { LinkageTable } from './table.ts'
import { tableOf } from './tokens.ts'
import { estimateWeights } from './weights.ts'

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
  /** What profiles were made by: `./unmerge.ts` parts them under the same. */
  readonly rules: ClusterRules
}

export interface Matched {
  /** Of each record of the first file its place in the second, -1 where there is none. */
  readonly matches: Int32Array
  /** As in `Linked`; the second file's records are counted on after the first's. */
  readonly edges: readonly Edge[]
  readonly pairsCompared: number
}

/** @throws Fault model_parameters_malformed | model_input_malformed */
export function fitLinkage(records: readonly TokenRecord[], given: LinkageInput): LinkageArtifact {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  return fitTable(parameters, tableOf(parameters, records))
}

/**
 * For two files that each hold a person once, to be linked with one another.
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function fitFiles(
  first: readonly TokenRecord[],
  second: readonly TokenRecord[],
  given: LinkageInput,
): LinkageArtifact {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  return fitTable(parameters, filesOf(parameters, first, second))
}

/**
 * @param apart pairs of records that people have parted
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function linkRecords(
  artifact: LinkageArtifact,
  records: readonly TokenRecord[],
  given: LinkageInput,
  apart: Apart = [],
): Linked {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  return linkTable(artifact, tableOf(parameters, records), parameters, apart)
}

/**
 * Each record with at most one of the other file.
 * @param apart pairs that people have parted, each file's records by their own place
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function linkFiles(
  artifact: LinkageArtifact,
  first: readonly TokenRecord[],
  second: readonly TokenRecord[],
  given: LinkageInput,
  apart: Apart = [],
): Matched {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  const shifted = apart.map(([one, other]) => [one, other + first.length] as const)
  return matchTable(artifact, filesOf(parameters, first, second), parameters, shifted)
}

/** What `fitLinkage` does once records are laid out. */
export function fitTable(parameters: LinkageParameters, table: LinkageTable): LinkageArtifact {
  return {
    ...estimateWeights(parameters, table),
    recordsCount: table.recordsCount,
    frequencies: countFrequencies(parameters.fields, table),
  }
}

/** What `linkRecords` does once records are laid out. */
export function linkTable(
  artifact: LinkageArtifact,
  table: LinkageTable,
  parameters: LinkageParameters,
  apart: Apart = [],
): Linked {
  const { edges, pairsCompared } = edgesOf(artifact, table, parameters)
  const rules = { ...rulesOf(parameters, table), apart }
  const profiles = clusterEdges(table.recordsCount, edges, rules)
  return { profiles, edges, pairsCompared, rules }
}

/** What `linkFiles` does once records are laid out; `apart` counts on after the first file. */
export function matchTable(
  artifact: LinkageArtifact,
  table: LinkageTable,
  parameters: LinkageParameters,
  apart: Apart = [],
): Matched {
  const { firstCount, recordsCount } = table
  const { edges, pairsCompared } = edgesOf(artifact, table, parameters)
  const rules = { ...rulesOf(parameters, table), apart }
  const matches = matchEdges(firstCount, recordsCount - firstCount, edges, rules)
  return { matches, edges, pairsCompared }
}

/** Bits for and against two records being one person's, field by field. */
export function explainPair(
  artifact: LinkageArtifact,
  left: TokenRecord,
  right: TokenRecord,
  given: LinkageInput,
): Explanation {
  const parameters = parse(LinkageParameters, given, 'model_parameters_malformed')
  checkArtifact(artifact, parameters)
  const table = tableOf(parameters, [left, right])
  const { bits, rarity } = weigherOf(parameters.fields, artifact, table)
  const levels = new Int8Array(parameters.fields.length)
  compareInto(levels, table, 0, 1)
  const factors = parameters.fields.map(({ name }, field) => {
    const level = levels[field]!
    const agreed = level < 0 ? 0 : bits[field * levelsCount + level]!
    const weight = level === 0 ? agreed + (rarity[field]?.[table.values[field * 2]!] ?? 0) : agreed
    return {
      factor: name,
      weight,
      says: `${name} ${levelWords(level)}: ${weight.toFixed(1)} bits.`,
    }
  })
  return {
    base: oddsBits(artifact.matchRatio),
    factors: factors.toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight)),
  }
}

export const recordLinkage = defineModel({
  id: 'record_linkage',
  version: 2,
  title: 'Records of one customer',
  parameters: LinkageParameters,
  artifact: LinkageArtifact,
  fit: fitLinkage,
  predict: linkRecords,
  explain: explainPair,
})

function filesOf(
  parameters: LinkageParameters,
  first: readonly TokenRecord[],
  second: readonly TokenRecord[],
): LinkageTable {
  if (first.length === 0 || second.length === 0)
    refuseInput(first.length === 0 ? 'first' : 'second', 'one record or more')
  return tableOf(parameters, [...first, ...second], first.length)
}

function edgesOf(artifact: LinkageArtifact, table: LinkageTable, parameters: LinkageParameters) {
  checkArtifact(artifact, parameters)
  const pairs = blockPairs(parameters, table)
  return {
    edges: scorePairs(parameters, artifact, table, pairs),
    pairsCompared: pairs.count,
  }
}

function checkArtifact({ m, u, frequencies }: LinkageArtifact, { fields }: LinkageParameters) {
  const wanted = fields.length * levelsCount
  if (m.length !== wanted || u.length !== wanted || frequencies.length !== fields.length)
    refuseInput('artifact', 'of these fields')
}

function rulesOf(
  { fields, joinRatio, clusterMax, groupBitsMin }: LinkageParameters,
  { values, recordsCount, keys }: LinkageTable,
) {
  const identities = fields.flatMap(({ isIdentity }, field) =>
    isIdentity ? [values.subarray(field * recordsCount, (field + 1) * recordsCount)] : [],
  )
  return { bitsMin: oddsBits(joinRatio), clusterMax, groupBitsMin, identities, keys }
}

function levelWords(level: number): string {
  if (level < 0) return 'is missing'
  if (level === 0) return 'is the same'
  if (level === differs) return 'differs'
  if (level === isCrossed) return 'stands in the crossed field'
  return `is alike (${levelFloors[level - 1]} or more)`
}
