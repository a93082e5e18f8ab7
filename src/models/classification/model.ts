/**
 * Which class an item of a catalogue belongs to, from its text: rules first, then lines over terms, with
 * a chance for each class that comes true as often as it says, and silence where the best is too low.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { createRandom } from '../math/random.ts'
import { defineModel, type Explanation } from '../model.ts'
import { float32s } from '../packed.ts'
import { fitLines, scoreLines } from './linear.ts'
import { applyRules, Rule } from './rules.ts'
import { fitSharpness, soften } from './softness.ts'
import { type Item, normal, sayTerm } from './terms.ts'
import { buildVocabulary, createVectoriser, Vocabulary } from './vectors.ts'

export const ClassParameters = z.strictObject({
  /** Texts that a person has decided: they come before what was learned. */
  rules: z.array(Rule).max(1000).default([]),
  /** Below this chance nothing is said. */
  confidenceMin: z.number().min(0).max(1).default(0.5),
  /** How dear an item on the wrong side of a line is against a steep line. */
  cost: z.number().positive().default(0.2),
  /** Passes over the items for each class. */
  roundsMax: z.int().min(1).max(1000).default(30),
  /** Terms in fewer items are left out. */
  termItemsMin: z.int().min(1).default(2),
  /** The most frequent terms are kept. */
  termsMax: z.int().min(1).max(500_000).default(60_000),
  /** Items of one text and class beyond this say nothing new. */
  itemsPerTextMax: z.int().min(1).default(4),
  /** Parts that take turns in being left out, to see what chances are worth. */
  partsCount: z.int().min(2).max(20).default(4),
  seed: z.int().default(1),
})
export type ClassParameters = z.output<typeof ClassParameters>

export const ClassArtifact = z.strictObject({
  classes: z.array(z.string()).min(2),
  vocabulary: Vocabulary,
  /** `term * classes + class`, the intercepts last. */
  lines: float32s,
  sharpness: z.number().positive(),
  rules: z.array(Rule),
  confidenceMin: z.number(),
})
export type ClassArtifact = z.output<typeof ClassArtifact>

export interface Classified {
  /** Undefined where the best chance is below the confidence asked for. */
  readonly class: string | undefined
  readonly by: 'rule' | 'model'
  readonly best: string
  /** Of the best, 0 to 1; of a rule 1. */
  readonly confidence: number
  /** By class, in the artifact's order, as the model alone has them. */
  readonly chances: Float64Array
}

export const classificationModel = defineModel({
  id: 'classification',
  version: 1,
  title: 'Class of a catalogue item',
  parameters: ClassParameters,
  artifact: ClassArtifact,
  fit: fitClasses,
  predict: classify,
  explain: explainClass,
})

/**
 * @param classes one an item
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function fitClasses(
  items: readonly Item[],
  classes: readonly string[],
  given: z.input<typeof ClassParameters> = {},
): ClassArtifact {
  const parameters = parse(ClassParameters, given, 'model_parameters_malformed')
  if (classes.length !== items.length) refuse('classes', `${items.length} classes`)
  const names = [...new Set(classes)].sort()
  if (names.length < 2) refuse('classes', 'at least two classes')
  const cases = gather(items, classes, names, parameters)
  const sharpness = sharpnessOutside(cases, names.length, parameters)
  const { vocabulary, lines } = fitOn(cases, names.length, parameters)
  const { rules, confidenceMin } = parameters
  return { classes: names, vocabulary, lines, sharpness, rules, confidenceMin }
}

/**
 * All items at once, since the vocabulary is laid out once for each call.
 * @throws Fault model_input_malformed
 */
export function classify(artifact: ClassArtifact, items: readonly Item[]): Classified[] {
  const { classes, vocabulary, lines, sharpness, rules, confidenceMin } = artifact
  const count = classes.length
  const chances = scoreLines(lines, count, createVectoriser(vocabulary)(items))
  soften(chances, count, sharpness)
  return items.map(({ text }, row) => {
    const own = chances.slice(row * count, (row + 1) * count)
    const rule = applyRules(rules, text)
    if (rule !== undefined)
      return { class: rule.class, by: 'rule', best: rule.class, confidence: 1, chances: own }
    const at = own.indexOf(Math.max(...own))
    const best = classes[at]!
    const confidence = own[at]!
    return {
      class: confidence >= confidenceMin ? best : undefined,
      by: 'model',
      best,
      confidence,
      chances: own,
    }
  })
}

/**
 * Why the best class is the best: the distance from its line, term by term, base being the line's own
 * intercept. Of a rule its word alone.
 */
export function explainClass(artifact: ClassArtifact, item: Item): Explanation {
  const { classes, vocabulary, lines, rules } = artifact
  const rule = applyRules(rules, item.text)
  if (rule !== undefined) {
    const says = `The rule for ${rule.class} found “${rule.because}”.`
    return { base: 0, factors: [{ factor: `rule:${rule.because}`, weight: 1, says }] }
  }
  const [found] = classify(artifact, [item])
  const own = classes.indexOf(found!.best)
  const { at, values } = createVectoriser(vocabulary)([item])
  const factors = Array.from(at, (term, place) => {
    const weight = lines[term * classes.length + own]! * values[place]!
    const name = vocabulary.terms[term]!
    return {
      factor: name,
      weight,
      says: `${capital(sayTerm(name))} speaks ${weight < 0 ? 'against' : 'for'} ${found!.best}.`,
    }
  })
  return {
    base: lines[lines.length - classes.length + own]!,
    factors: factors
      .filter(({ weight }) => weight !== 0)
      .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

interface Cases {
  readonly items: readonly Item[]
  readonly labels: Int32Array
  readonly weights: Float64Array
  /** Items of one text, which are left out together. */
  readonly groups: readonly string[]
}

/** At most so many of one text and class; what is left stands for the rest by the root of their number. */
function gather(
  items: readonly Item[],
  classes: readonly string[],
  names: readonly string[],
  { itemsPerTextMax }: ClassParameters,
): Cases {
  const byKey = Map.groupBy(items.keys(), (at) => `${normal(items[at]!.text)}\n${classes[at]!}`)
  const kept: number[] = []
  const weights: number[] = []
  for (const places of byKey.values()) {
    // Evenly over the list, so that not all are of one maker.
    const count = Math.min(places.length, itemsPerTextMax)
    for (let at = 0; at < count; at += 1) {
      kept.push(places[Math.floor((at * places.length) / count)]!)
      weights.push(Math.sqrt(places.length) / count)
    }
  }
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
  const numbers = new Map(names.map((name, at) => [name, at]))
  return {
    items: kept.map((at) => items[at]!),
    labels: Int32Array.from(kept, (at) => numbers.get(classes[at]!)!),
    weights: Float64Array.from(weights, (weight) => weight / mean),
    groups: kept.map((at) => normal(items[at]!.text)),
  }
}

function fitOn({ items, labels, weights }: Cases, classesCount: number, given: ClassParameters) {
  const vocabulary = buildVocabulary(items, given.termItemsMin, given.termsMax)
  const lines = fitLines(createVectoriser(vocabulary)(items), labels, weights, {
    termsCount: vocabulary.terms.length,
    classesCount,
    cost: given.cost,
    roundsMax: given.roundsMax,
    seed: given.seed,
  })
  return { vocabulary, lines }
}

/** How sure the lines may be of texts that they have not seen. */
function sharpnessOutside(cases: Cases, classesCount: number, given: ClassParameters): number {
  const groups = createRandom(given.seed).shuffle([...new Set(cases.groups)].sort())
  const partOf = new Map(groups.map((group, at) => [group, at % given.partsCount]))
  const parts = cases.groups.map((group) => partOf.get(group)!)
  const scores = new Float64Array(cases.items.length * classesCount)
  for (let part = 0; part < Math.min(given.partsCount, groups.length); part += 1) {
    const inside = pick(cases, (row) => parts[row] !== part)
    const outside = [...parts.keys()].filter((row) => parts[row] === part)
    if (inside.items.length === 0) continue
    const { vocabulary, lines } = fitOn(inside, classesCount, given)
    const rows = createVectoriser(vocabulary)(outside.map((row) => cases.items[row]!))
    const found = scoreLines(lines, classesCount, rows)
    for (const [at, row] of outside.entries())
      scores.set(found.subarray(at * classesCount, (at + 1) * classesCount), row * classesCount)
  }
  return fitSharpness(scores, cases.labels, cases.weights, classesCount)
}

function pick(
  { items, labels, weights, groups }: Cases,
  isWanted: (row: number) => boolean,
): Cases {
  const rows = [...items.keys()].filter(isWanted)
  return {
    items: rows.map((row) => items[row]!),
    labels: Int32Array.from(rows, (row) => labels[row]!),
    weights: Float64Array.from(rows, (row) => weights[row]!),
    groups: rows.map((row) => groups[row]!),
  }
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
