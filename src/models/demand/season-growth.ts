/**
 * How much more each series sells than a season ago: its own ratio, pulled to that of its pool (the
 * department) and its site (the store), and those to that of all, each by so many periods of sales.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'
import type { DemandPanel } from './boosted/panel.ts'

export interface SeasonGrowthSettings {
  /** Site of each series, beside its pool: series of one store grow alike too. */
  readonly siteOf: ArrayLike<number>
  /** Of the weight of past periods. */
  readonly halfLife: number
  /** Periods of its sales that a series', pool's and site's own ratio is held back by. */
  readonly seriesPrior: number
  readonly poolPrior: number
  readonly sitePrior: number
  /** 0 to 1: share of the growth, in logarithms, that the next period is given. */
  readonly strength: number
  /** 0 to 1: what is kept of it from one period to the next. */
  readonly keep: number
}

export const seasonGrowthDefaults = {
  halfLife: 8,
  seriesPrior: 8,
  poolPrior: 2,
  sitePrior: 1,
  strength: 0.8,
  keep: 0.99,
} as const

/** Beyond these it is an opening or a closing, not growth. */
const [ratioMin, ratioMax] = [0.5, 2]

interface Pair {
  now: number
  past: number
}

/**
 * @param before by period the one of last season
 * @returns logarithm of the growth of each series; 0 where nothing of a season ago is known
 * @throws Fault model_input_malformed
 */
export function seasonGrowth(
  panel: DemandPanel,
  origin: number,
  before: (period: number) => number,
  poolOf: ArrayLike<number>,
  settings: SeasonGrowthSettings,
): Float64Array {
  checkGrowth(panel, settings)
  const { siteOf, seriesPrior, poolPrior, sitePrior } = settings
  const { pairs, weight } = weightedPairs(panel, origin, before, settings.halfLife)
  const all = sumOf(pairs)
  if (!(all.past > 0 && all.now > 0)) return new Float64Array(panel.seriesCount)
  const overall = all.now / all.past
  /** `prior` periods of the usual sales at the ratio `to`, mixed in. */
  const pulled = ({ now, past }: Pair, prior: number, to: number) => {
    const held = (prior * past) / weight
    return past > 0 ? (now + held * to) / (past + held) : to
  }
  const byPool = grouped(pairs, poolOf, (own) => pulled(own, poolPrior, overall))
  const bySite = grouped(pairs, siteOf, (own) => pulled(own, sitePrior, overall))
  return Float64Array.from(pairs, (own, series) => {
    const usual = (byPool.get(poolOf[series]!)! * bySite.get(siteOf[series]!)!) / overall
    return Math.log(Math.min(ratioMax, Math.max(ratioMin, pulled(own, seriesPrior, usual))))
  })
}

function checkGrowth({ seriesCount }: DemandPanel, settings: SeasonGrowthSettings): void {
  const { siteOf, halfLife, strength, keep } = settings
  if (siteOf.length !== seriesCount) refuse('siteOf', `${seriesCount} sites`)
  if (!(halfLife > 0)) refuse('halfLife', 'above 0')
  for (const field of ['seriesPrior', 'poolPrior', 'sitePrior'] as const)
    if (!(settings[field] >= 0)) refuse(field, 'at least 0')
  if (!(strength >= 0 && strength <= 1)) refuse('strength', '0 to 1')
  if (!(keep >= 0 && keep <= 1)) refuse('keep', '0 to 1')
}

/** What each series sold and had sold a season before, in periods known in both. */
function weightedPairs(
  { seriesCount, periodsCount, units }: DemandPanel,
  origin: number,
  before: (period: number) => number,
  halfLife: number,
): { pairs: Pair[]; weight: number } {
  const pairs = Array.from({ length: seriesCount }, (): Pair => ({ now: 0, past: 0 }))
  let weight = 0
  for (let period = origin; period >= 0; period -= 1) {
    const other = before(period)
    if (other < 0) continue
    const share = 0.5 ** ((origin - period) / halfLife)
    weight += share
    for (const [series, pair] of pairs.entries()) {
      const now = units[series * periodsCount + period]!
      const past = units[series * periodsCount + other]!
      if (Number.isNaN(now) || Number.isNaN(past)) continue
      pair.now += share * Math.max(0, now)
      pair.past += share * Math.max(0, past)
    }
  }
  return { pairs, weight }
}

function sumOf(pairs: Iterable<Pair>): Pair {
  const total = { now: 0, past: 0 }
  for (const { now, past } of pairs) {
    total.now += now
    total.past += past
  }
  return total
}

function grouped(
  pairs: readonly Pair[],
  groupOf: ArrayLike<number>,
  ratioOf: (own: Pair) => number,
): Map<number, number> {
  const members = new Map<number, Pair[]>()
  for (const [series, pair] of pairs.entries()) {
    const own = members.get(groupOf[series]!) ?? []
    own.push(pair)
    members.set(groupOf[series]!, own)
  }
  return new Map([...members].map(([group, own]) => [group, ratioOf(sumOf(own))]))
}
