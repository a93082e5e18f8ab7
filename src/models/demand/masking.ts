/** Days that do not show demand: sold out, closed, partly sold out, or one sale beyond belief. */
import { countQuantile } from '../math/negative-binomial.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

/** In arrays of units: nothing is known of the period. */
export const notKnown = 0xffff

/** Of a day sold out before this share of its sales is usually made, nothing is concluded. */
const shareMin = 0.25
const capRatio = 0.999

export interface SoldOutDays {
  /** By day. */
  readonly units: ArrayLike<number>
  /** At opening; NaN where not counted. */
  readonly onHandUnits: ArrayLike<number>
  /** 0 to 1: share of the day's usual sales that are made before the shelf was empty; 1 for never. */
  readonly shareOpen: ArrayLike<number>
  /** 1 where the store was closed or the stock is a phantom. */
  readonly isExcluded: ArrayLike<number>
}

export interface Exposure {
  readonly units: Float64Array
  /** Share of a whole day's demand that could be met: 0 masks the day. */
  readonly exposure: Float64Array
}

/** @throws Fault model_input_malformed */
export function exposureOf({ units, onHandUnits, shareOpen, isExcluded }: SoldOutDays): Exposure {
  const sized = { onHandUnits, shareOpen, isExcluded }
  for (const [field, values] of Object.entries(sized))
    if (values.length !== units.length) refuse(field, `${units.length} days`)
  const kept = Float64Array.from(units, (value) => Math.max(0, value))
  const exposure = kept.map((value, day) => {
    if (!Number.isFinite(value)) refuse(`units, day ${day}`, 'a finite number')
    if (isExcluded[day] === 1) return 0
    if (onHandUnits[day]! <= 0 && value === 0) return 0
    const share = shareOpen[day]!
    if (!(share >= 0 && share <= 1)) refuse(`shareOpen, day ${day}`, '0 to 1')
    return share >= shareMin ? share : 0
  })
  return { units: kept, exposure }
}

/** Units a whole day: of Poisson demand the most likely rate. */
export function rateOf({ units, exposure }: Exposure): number {
  let [total, days] = [0, 0]
  for (let day = 0; day < units.length; day += 1)
    if (exposure[day]! > 0) {
      total += units[day]!
      days += exposure[day]!
    }
  return days === 0 ? 0 : total / days
}

/** No single day without a cause counts for more than one in a thousand would sell. */
export function capOf(meanUnits: number, dispersion: number): number {
  return Math.max(1, countQuantile(capRatio, meanUnits, meanUnits * Math.max(1, dispersion)))
}
