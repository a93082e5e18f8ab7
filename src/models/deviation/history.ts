/** What a chain's stores sold, period by period; a period is an hour, a day or a week. */
import { z } from 'zod'
import { checkLength, refuseInput } from '../inputs.ts'
import type { Numbers } from '../math/statistics.ts'
import { float64s } from '../packed.ts'

export interface History {
  /** One series a store, of one length, oldest first: at least 0; NaN where closed or no data came. */
  readonly actuals: readonly Numbers[]
  /** Of each period its place in the cycle: hour of the week, weekday, week of the year. From 0. */
  readonly slots: Numbers
  /** Of each store and period what was on: 0 nothing, else a promotion, a holiday, by number. */
  readonly conditions?: readonly Numbers[]
}

export const DeviationParameters = z.strictObject({
  /** Places in the cycle: 7 weekdays, 168 hours of a week, 52 weeks. */
  slotsCount: z.int().min(1).max(2000),
  /** What can be on, nothing included. */
  conditionsCount: z.int().min(1).max(100).default(1),
  /** Counts vary by themselves; amounts vary by baskets alone. */
  kind: z.enum(['counts', 'amounts']),
  /** Periods after which what a store sold counts half for its level. */
  halfLife: z.number().gt(0).default(40),
  /** Periods of a slot that the chain's profile counts for against a store's own. */
  profilePrior: z.number().gt(0).default(4),
  /** Fewer stores with data have no shock taken out. */
  peersMin: z.int().min(3).default(5),
  /** A shortfall is a deviation from this ratio of actual to expected down. */
  ratioMax: z.number().gt(0).lt(1).default(0.7),
  /** Borne share of false alarms. */
  falseDiscoveryRatio: z.number().gt(0).lt(1).default(0.05),
  /** Smaller differences interest nobody: in units or money over the horizon. */
  differenceMin: z.number().nonnegative().default(0),
})
export type DeviationParameters = z.output<typeof DeviationParameters>

export const DeviationArtifact = z.strictObject({
  parameters: DeviationParameters,
  storesCount: z.int().positive(),
  /** By store: what an average period sells. */
  levels: float64s,
  /** By store and slot: times the level. */
  profiles: float64s,
  /** By condition: times all that. */
  conditionFactors: float64s,
  /** By store: standard deviation of actual over expected, beyond a count's own. */
  spreads: float64s,
  /** How alike the deviations of neighbouring periods are: 0 to 0.9. */
  persistence: z.number().min(0).max(0.9),
})
export type DeviationArtifact = z.output<typeof DeviationArtifact>

const cellsMax = 50_000_000

/** @throws Fault model_input_malformed */
export function checkHistory(history: History, parameters: DeviationParameters): void {
  const { actuals, slots, conditions } = history
  const periods = slots.length
  if (actuals.length === 0) refuseInput('actuals', 'at least one store')
  if (actuals.length * periods > cellsMax) refuseInput('actuals', `at most ${cellsMax} values`)
  if (conditions !== undefined) checkLength('conditions', conditions, actuals.length)
  checkCodes('slots', slots, parameters.slotsCount)
  for (const [store, series] of actuals.entries()) {
    checkLength(`actuals ${store}`, series, periods)
    for (let period = 0; period < periods; period += 1) {
      const value = series[period]!
      if (!Number.isNaN(value) && !(value >= 0 && value < 1e15))
        refuseInput(`actuals ${store}, row ${period}`, 'a number from 0 to 1e15, or NaN')
    }
    const own = conditions?.[store]
    if (own === undefined) continue
    checkLength(`conditions ${store}`, own, periods)
    checkCodes(`conditions ${store}`, own, parameters.conditionsCount)
  }
}

function checkCodes(field: string, codes: Numbers, count: number): void {
  for (let at = 0; at < codes.length; at += 1)
    if (!(Number.isInteger(codes[at]) && codes[at]! >= 0 && codes[at]! < count))
      refuseInput(`${field}, row ${at}`, `a whole number from 0 to ${count - 1}`)
}

export const conditionAt = ({ conditions }: History, store: number, period: number) =>
  conditions === undefined ? 0 : conditions[store]![period]!
