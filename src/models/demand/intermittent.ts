/**
 * Goods that sell now and then: Croston (1972), its corrections by Syntetos and Boylan (SBA, SBJ), and
 * TSB (Teunter, Syntetos, Babai 2011), which also fades while nothing sells.
 */
import { mean, variance } from '../math/statistics.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'
import { checkSeries } from './series.ts'

export type DemandClass = 'smooth' | 'intermittent' | 'erratic' | 'lumpy' | 'none'

/** Cuts of Syntetos, Boylan and Croston (2005). */
const intervalCut = 1.32
const variationCut = 0.49

export interface DemandPattern {
  readonly class: DemandClass
  /** Periods a demand; infinite where nothing sold. */
  readonly meanInterval: number
  /** Squared coefficient of variation of the sizes of demands. */
  readonly sizeVariation: number
}

export function demandPattern(units: ArrayLike<number>): DemandPattern {
  checkSeries(units, 'units')
  const sizes = Array.from(units).filter((size) => size > 0)
  if (sizes.length === 0)
    return { class: 'none', meanInterval: Number.POSITIVE_INFINITY, sizeVariation: 0 }
  const meanInterval = units.length / sizes.length
  const sizeVariation = variance(sizes) / mean(sizes) ** 2
  const [isRare, isVaried] = [meanInterval >= intervalCut, sizeVariation >= variationCut]
  const name = isRare ? (isVaried ? 'lumpy' : 'intermittent') : isVaried ? 'erratic' : 'smooth'
  return { class: name, meanInterval, sizeVariation }
}

export interface CrostonForecast {
  /** Smoothed size of a demand and periods between two. */
  readonly size: number
  readonly interval: number
  /** Units a period: Croston's, and with either correction of its bias upwards. */
  readonly croston: number
  readonly sba: number
  readonly sbj: number
}

/**
 * Begins with the first demand's size and the periods up to it.
 * @param alpha 0 to 1, usually 0.05 to 0.2
 */
export function croston(units: ArrayLike<number>, alpha: number): CrostonForecast {
  checkSeries(units, 'units')
  checkRatio(alpha, 'alpha')
  let [size, interval, gap] = [0, 0, 0]
  for (let at = 0; at < units.length; at += 1) {
    const value = units[at]!
    gap += 1
    if (value <= 0) continue
    if (interval === 0) {
      size = value
      interval = gap
    } else {
      size += alpha * (value - size)
      interval += alpha * (gap - interval)
    }
    gap = 0
  }
  const rate = interval === 0 ? 0 : size / interval
  return {
    size,
    interval,
    croston: rate,
    sba: (1 - alpha / 2) * rate,
    sbj: (1 - alpha / (2 - alpha)) * rate,
  }
}

export interface TsbForecast {
  readonly size: number
  /** Chance that a period has a demand. */
  readonly chance: number
  /** Units a period. */
  readonly rate: number
}

/** Begins with the mean size and the share of periods with a demand. */
export function tsb(units: ArrayLike<number>, alpha: number, beta = alpha): TsbForecast {
  checkSeries(units, 'units')
  checkRatio(alpha, 'alpha')
  checkRatio(beta, 'beta')
  let [total, count] = [0, 0]
  for (let at = 0; at < units.length; at += 1)
    if (units[at]! > 0) {
      total += units[at]!
      count += 1
    }
  if (count === 0) return { size: 0, chance: 0, rate: 0 }
  let size = total / count
  let chance = count / units.length
  for (let at = 0; at < units.length; at += 1) {
    const value = units[at]!
    chance += beta * ((value > 0 ? 1 : 0) - chance)
    if (value > 0) size += alpha * (value - size)
  }
  return { size, chance, rate: size * chance }
}

function checkRatio(value: number, field: string): void {
  if (!(value >= 0 && value <= 1)) refuse(field, '0 to 1')
}
