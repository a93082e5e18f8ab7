/**
 * Where an incident comes from: which store, register, tender or category, or which of them together,
 * holds the failures that were not to be expected. Learns from incidents whose cause is known.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { refuseInput } from '../inputs.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float64s } from '../packed.ts'
import { type Candidate, type Evidence, featureNames, findCandidates } from './candidates.ts'
import { type Cause, causeText, checkIncident, type Incident } from './incident.ts'
import { chancesOf, fitRanking, scaledAt } from './ranking.ts'

export const RootCauseParameters = z.strictObject({
  /** Of squared weights: more of it where few incidents are labelled. */
  penalty: z.number().gt(0).max(1000).default(1),
  /** Below this chance of the first answer the model only names what to check. */
  sureChance: z.number().min(0).max(1).default(0.5),
})
export type RootCauseParameters = z.output<typeof RootCauseParameters>

const width = featureNames.length
const numbers = float64s.refine(
  (values) => values.length === width && values.every(Number.isFinite),
)

export const RootCauseArtifact = z.strictObject({
  parameters: RootCauseParameters,
  incidentsCount: z.int().positive(),
  means: numbers,
  scales: numbers.refine((values) => values.every((one) => one > 0)),
  weights: numbers,
})
export type RootCauseArtifact = z.output<typeof RootCauseArtifact>

/** One answer: mostly one cause, two where two values of one dimension fail alike. */
export interface Answer {
  readonly causes: readonly Cause[]
  /** 0 to 1, over all answers that were weighed. */
  readonly chance: number
  readonly evidence: Evidence
}

export interface RootCause {
  /** Likeliest first; at most as many as asked for. Empty where nothing fails more than expected. */
  readonly answers: readonly Answer[]
  readonly isSure: boolean
}

/**
 * @param incidents and of each its true causes, as `causesOf` would name them; those whose causes are
 *   among no candidates teach nothing
 * @throws Fault model_input_malformed | model_parameters_malformed
 */
function fit(
  incidents: readonly Incident[],
  truths: readonly (readonly Cause[])[],
  given: z.input<typeof RootCauseParameters> = {},
): RootCauseArtifact {
  const parameters = parse(RootCauseParameters, given, 'model_parameters_malformed')
  if (truths.length !== incidents.length) refuseInput('truths', `${incidents.length} of them`)
  const choices = incidents.flatMap((incident, at) => {
    checkIncident(incident)
    const candidates = findCandidates(incident)
    const wanted = keyOf(truths[at]!)
    const chosen = candidates.findIndex((one) => keyOf(causesOf(incident, one)) === wanted)
    if (chosen < 0) return []
    return [{ candidates: candidates.map(({ evidence }) => evidence.features), chosen }]
  })
  if (choices.length === 0) refuseInput('incidents', 'one whose cause is among the candidates')
  const ranking = fitRanking(choices, width, parameters.penalty)
  return { parameters, incidentsCount: choices.length, ...ranking }
}

/** @throws Fault model_input_malformed */
function predict(artifact: RootCauseArtifact, incident: Incident, answersMax = 5): RootCause {
  checkIncident(incident)
  const candidates = findCandidates(incident)
  const chances = chancesOf(
    artifact,
    candidates.map(({ evidence }) => evidence.features),
  )
  const answers = candidates
    .map((candidate, at) => ({
      causes: causesOf(incident, candidate),
      chance: chances[at]!,
      evidence: candidate.evidence,
    }))
    .sort((a, b) => b.chance - a.chance)
    .slice(0, answersMax)
  return { answers, isSure: (answers[0]?.chance ?? 0) >= artifact.parameters.sureChance }
}

function causesOf({ dimensions }: Incident, { cells }: Candidate): Cause[] {
  return cells.map((cell) => ({
    terms: cell.dimensions.map((at, term) => ({
      dimension: dimensions[at]!.name,
      value: dimensions[at]!.values[cell.codes[term]!]!,
    })),
  }))
}

function keyOf(causes: readonly Cause[]): string {
  const texts = causes.map(({ terms }) =>
    terms
      .map(({ dimension, value }) => JSON.stringify([dimension, value]))
      .sort()
      .join(),
  )
  return texts.sort().join(';')
}

/** In log-odds against an average candidate. */
function explain(artifact: RootCauseArtifact, { causes, evidence }: Answer): Explanation {
  const { share, expectedShare, ratio, outsideRatio } = evidence
  const name = causes.map(causeText).join(' and ')
  const percent = (part: number) => `${(part * 100).toFixed(0)} %`
  const says = {
    share: `${name} holds ${percent(share)} of the excess, where ${percent(expectedShare)} would be its part.`,
    contrast: `Failures are ${ratio.toFixed(1)} times what was expected there, ${outsideRatio.toFixed(1)} times elsewhere.`,
    other: `Over all, ${evidence.excess.toFixed(0)} more failures than expected.`,
  }
  const factors = featureNames.map((factor, at) => ({
    factor,
    weight: artifact.weights[at]! * scaledAt(artifact, evidence.features, at),
    says: factor.startsWith('share')
      ? says.share
      : factor.endsWith('contrast')
        ? says.contrast
        : says.other,
  }))
  return { base: 0, factors: factors.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)) }
}

export const rootCauseModel = defineModel({
  id: 'root_cause',
  version: 1,
  title: 'Where an incident comes from',
  parameters: RootCauseParameters,
  artifact: RootCauseArtifact,
  fit,
  predict,
  explain,
})
