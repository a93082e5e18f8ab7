/** Sales of many stores over many periods, in some of which some stores had a promotion. */
import { checkFinite, checkLength, refuseInput } from '../inputs.ts'
import type { Numbers } from '../math/statistics.ts'

export interface Panel {
  /** One series a store, of one length, oldest first: units or money of one currency, at least 0. */
  readonly series: readonly Numbers[]
  /** Places of the stores that had the promotion. */
  readonly treated: readonly number[]
  /** Stores that are no controls: neighbours into which it may have spilled, and the like. */
  readonly excluded?: readonly number[]
  /**
   * By store and period: 0 where it does not count, since doors were closed or shelves empty; 1
   * elsewhere. Poisson difference-in-differences leaves such a period of a store out; a synthetic
   * control is of whole series, so that such a store is none of its controls.
   */
  readonly counted?: readonly Numbers[]
  /** The first period with the promotion; from it to the end is what is judged. */
  readonly startsAt: number
}

const prePeriodsMin = 8
const storesMax = 20_000
const controlsMin = 5

/** @returns the places of the stores that may be controls. @throws Fault model_input_malformed */
export function donorsOf({ series, treated, excluded = [], startsAt, counted }: Panel): number[] {
  const periods = series[0]?.length ?? 0
  if (series.length > storesMax) refuseInput('series', `at most ${storesMax} stores`)
  for (const [at, one] of series.entries()) {
    checkLength(`series ${at}`, one, periods)
    checkFinite(`series ${at}`, one)
    for (let period = 0; period < periods; period += 1)
      if (one[period]! < 0) refuseInput(`series ${at}, row ${period}`, 'a number of at least 0')
  }
  if (counted !== undefined) checkCounted(counted, series.length, periods)
  if (!(Number.isInteger(startsAt) && startsAt >= prePeriodsMin && startsAt < periods))
    refuseInput('startsAt', `a period from ${prePeriodsMin} to ${periods - 1}`)
  const left = new Set(series.keys())
  for (const [field, places] of Object.entries({ treated, excluded }))
    for (const at of places) {
      if (series[at] === undefined) refuseInput(field, `places of ${series.length} stores`)
      if (!left.delete(at) && field === 'treated') refuseInput(field, 'each store once')
    }
  if (treated.length === 0) refuseInput('treated', 'at least one store')
  if (left.size < controlsMin) refuseInput('series', `${controlsMin} stores that can be controls`)
  return [...left]
}

function checkCounted(counted: readonly Numbers[], stores: number, periods: number): void {
  checkLength('counted', counted, stores)
  for (const [store, own] of counted.entries()) {
    checkLength(`counted ${store}`, own, periods)
    for (let period = 0; period < periods; period += 1)
      if (own[period] !== 0 && own[period] !== 1)
        refuseInput(`counted ${store}, row ${period}`, '0 or 1')
  }
}

/** As `donorsOf`, of stores all of whose periods count. @throws Fault model_input_malformed */
export function wholeDonorsOf(panel: Panel): number[] {
  const whole = donorsOf(panel).filter((store) =>
    Array.from(panel.counted?.[store] ?? []).every((one) => one === 1),
  )
  if (whole.length < controlsMin)
    refuseInput('counted', `${controlsMin} stores that can be controls, whole`)
  return whole
}

/** Logarithm of the sum over some stores, period by period, one unit more so that nothing is lost. */
export function logSum(series: readonly Numbers[], stores: readonly number[]): Float64Array {
  const sums = new Float64Array(series[0]!.length)
  for (const store of stores)
    for (let period = 0; period < sums.length; period += 1) sums[period]! += series[store]![period]!
  return sums.map((sum) => Math.log(sum + 1))
}
