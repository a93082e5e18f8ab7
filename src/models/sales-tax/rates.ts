/**
 * Tax rates as dated data: who levies how much where, and since when. Which rates hold is the caller's
 * to know; nothing here is law. Rates are whole millionths, so that no binary fraction ever stands for
 * one.
 */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'

const Millionths = z.int().min(0).max(1_000_000)

/** What a levy does to a class of goods; a class that is not named is taxed in full. */
export const Treatment = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('exempt') }),
  /** Another rate of the same levy. */
  z.strictObject({ kind: z.literal('reduced'), rateMillionths: Millionths }),
  /** Nothing while one piece costs less than this, as clothing below 110 dollars in New York. */
  z.strictObject({ kind: z.literal('exempt_below'), unitMinor: z.int().positive() }),
])
export type Treatment = z.output<typeof Treatment>

export const Levy = z.strictObject({
  code: z.string().min(1).max(300),
  name: z.string().min(1).max(300),
  kind: z.enum(['country', 'state', 'county', 'city', 'special']),
  rateMillionths: Millionths,
  /** Both days included, in the place's own calendar; without an end it still holds. */
  validFrom: z.iso.date(),
  validTo: z.iso.date().optional(),
  treatments: z.record(z.string(), Treatment).default({}),
})
export type Levy = z.output<typeof Levy>

export const RateTable = z.strictObject({
  source: z.string().min(1).max(500),
  asOf: z.iso.date(),
  levies: z.array(Levy).max(200_000),
  /** A place, such as `us/NY/10001` or `country/DE`, and the codes of its levies. */
  places: z.record(z.string(), z.array(z.string()).max(20)),
})
export type RateTable = z.output<typeof RateTable>

export interface RateIndex {
  readonly source: string
  readonly asOf: string
  /**
   * The levies of a place on a day.
   * @throws Fault model_input_malformed for a place that the table does not know: no rate is not zero
   */
  leviesAt(place: string, on: string): readonly Levy[]
}

/** @throws Fault artifact_malformed where a place names a levy that there is not, or two overlap */
export function indexRates(given: unknown): RateIndex {
  const table = parse(RateTable, given, 'artifact_malformed')
  const byCode = new Map<string, Levy[]>()
  for (const levy of table.levies) byCode.set(levy.code, [...(byCode.get(levy.code) ?? []), levy])
  for (const [code, versions] of byCode) checkDates(code, versions)
  const places = new Map<string, readonly Levy[]>()
  for (const [place, codes] of Object.entries(table.places)) {
    const missing = codes.find((code) => !byCode.has(code))
    if (missing !== undefined)
      throw new Fault('artifact_malformed', {
        field: `places.${place}`,
        expected: `${missing} among the levies`,
      })
    places.set(
      place,
      [...new Set(codes)].flatMap((code) => byCode.get(code) ?? []),
    )
  }
  return {
    source: table.source,
    asOf: table.asOf,
    leviesAt(place, on) {
      if (!z.iso.date().safeParse(on).success)
        throw new Fault('model_input_malformed', { field: 'on', expected: 'a date' })
      const levies = places.get(place)
      if (levies === undefined)
        throw new Fault('model_input_malformed', {
          field: 'place',
          expected: 'a place of the table',
        })
      return levies.filter(
        ({ validFrom, validTo }) => validFrom <= on && (validTo === undefined || on <= validTo),
      )
    },
  }
}

function checkDates(code: string, versions: readonly Levy[]): void {
  const sorted = versions.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1))
  for (const [at, levy] of sorted.entries()) {
    const next = sorted[at + 1]
    if (levy.validTo !== undefined && levy.validTo < levy.validFrom)
      throw new Fault('artifact_malformed', { field: code, expected: 'an end after its beginning' })
    if (next !== undefined && (levy.validTo === undefined || levy.validTo >= next.validFrom))
      throw new Fault('artifact_malformed', {
        field: code,
        expected: 'versions that do not overlap',
      })
  }
}

/** `0.08875` as 88,750 millionths, exactly. @throws Fault model_input_malformed */
export function millionthsFrom(decimal: string): number {
  const match = /^(\d{1,3})(?:\.(\d{1,6})0*)?$/.exec(decimal)
  if (match === null)
    throw new Fault('model_input_malformed', {
      field: 'rate',
      expected: 'a decimal with at most six places',
    })
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'))
}

/**
 * Published parts do not always add up to the published whole. The whole is what a till takes, so the
 * difference goes to the largest part.
 * @returns the parts, adding up to the whole, and what was added
 */
export function settleParts(
  wholeMillionths: number,
  parts: readonly number[],
): { readonly parts: readonly number[]; readonly addedMillionths: number } {
  const added = wholeMillionths - parts.reduce((sum, part) => sum + part, 0)
  const largest = parts.indexOf(Math.max(...parts))
  if (added === 0 || largest < 0) return { parts, addedMillionths: added }
  return {
    parts: parts.map((part, at) => (at === largest ? part + added : part)),
    addedMillionths: added,
  }
}
