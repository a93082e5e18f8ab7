/** What linkage compares: fields, their kinds, the views of them that block, and the limits it keeps. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'

const name = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,40}$/)

export const LinkageField = z.strictObject({
  name,
  /** text: by pairs of letters; digits: by place, for dates and numbers; exact: equal or not. */
  kind: z.enum(['text', 'digits', 'exact']),
  /** Agreeing on what is rare says more than on what is common. */
  usesFrequency: z.boolean().default(false),
  /** Two profiles that differ here are never one: loyalty numbers, say. */
  isIdentity: z.boolean().default(false),
})
export type LinkageField = z.output<typeof LinkageField>

/** `field`, or a coarser view of it: how it sounds, its first letters, its last digits. */
const view = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,40}(:(sound|start|end))?$/)

export const LinkageParameters = z.strictObject({
  /** What records are compared by, each in its own way. */
  fields: z.array(LinkageField).min(1).max(30),
  /** Two fields that people write one for the other: first and last names. */
  crossed: z
    .array(z.tuple([name, name]))
    .max(5)
    .default([]),
  /** Pairs that agree on every view of one rule are compared; of crossed fields in either order. */
  blocking: z.array(z.array(view).min(1).max(4)).min(1).max(40),
  /** A value shared by more records than this says nothing and is skipped. */
  blockMax: z.int().min(2).max(5000).default(500),
  /** Chance above which two records are joined. */
  joinRatio: z.number().gt(0).lt(1).default(0.95),
  /** No profile has more records. */
  clusterMax: z.int().min(2).max(1000).default(15),
  /** Bits of evidence that two groups must have on average over their pairs to become one. */
  groupBitsMin: z.number().min(-100).max(100).default(0),
  seed: z.int().default(1),
})
export type LinkageParameters = z.output<typeof LinkageParameters>
export type LinkageInput = z.input<typeof LinkageParameters>

/**
 * Comparison levels: 0 the same, then how alike down to different, then found in the crossed field;
 * missing in either is -1 and no evidence.
 */
export const levelFloors = [0.9, 0.8, 0.65, 0.45] as const
export const differs = levelFloors.length + 1
export const isCrossed = levelFloors.length + 2
export const levelsCount = levelFloors.length + 3
/** Up to this level two values are taken for one that was written with a slip. */
export const alikeMax = 2

export type View = 'exact' | 'sound' | 'start' | 'end'

/** What one entry of a blocking rule names. */
export function viewOf(entry: string): { readonly name: string; readonly view: View } {
  const [name = '', view = 'exact'] = entry.split(':')
  return { name, view: view as View }
}

/** A record as it leaves the agent: keyed hashes, nothing that can be read. */
export interface TokenRecord {
  readonly fields: readonly (TokenField | null)[]
}

export interface TokenField {
  /** `exact` always; others where a rule blocks by them. */
  readonly tokens: Readonly<Partial<Record<View, string>>>
  /** Keyed Bloom encoding, 1,024 bits; of an exact field none. */
  readonly bloom?: Uint32Array
}

/**
 * By place among the fields.
 * @throws Fault model_parameters_malformed where one is not there, not of the other's kind, or twice
 */
export function crossedFields({
  fields,
  crossed,
}: Pick<LinkageParameters, 'fields' | 'crossed'>): readonly (readonly [number, number])[] {
  const seen = new Set<number>()
  return crossed.map((names, at) => {
    const [one, other] = names.map((text) => fields.findIndex((field) => field.name === text)) as [
      number,
      number,
    ]
    const isPair = one >= 0 && other >= 0 && fields[one]!.kind === fields[other]!.kind
    if (!isPair || one === other || seen.has(one) || seen.has(other))
      throw new Fault('model_parameters_malformed', {
        field: `crossed.${at}`,
        expected: 'two fields of one kind that are crossed with no others',
      })
    seen.add(one).add(other)
    return [one, other] as const
  })
}

/** Of each field the one whose tokens it shares: itself, or the first of the two that are crossed. */
export function spacesOf(given: Pick<LinkageParameters, 'fields' | 'crossed'>): number[] {
  const spaces = given.fields.map((_, at) => at)
  for (const [one, other] of crossedFields(given)) spaces[other] = one
  return spaces
}
