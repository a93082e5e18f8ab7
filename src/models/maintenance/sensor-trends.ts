/**
 * A machine's sensors over its run, cycle by cycle, as columns for trees: short and long means, how
 * steeply each rises, and how far it is from where it began. At a cycle only that cycle and earlier
 * ones are looked at.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'

/** One array a sensor, all of one length: a value a cycle, oldest first. */
export type Run = readonly ArrayLike<number>[]

export interface TrendSettings {
  readonly shortCycles: number
  readonly longCycles: number
  /** The first cycles are what is normal for this machine. */
  readonly startCycles: number
}

export const trendDefaults: TrendSettings = { shortCycles: 10, longCycles: 30, startCycles: 20 }

const kinds = ['mean_short', 'mean_long', 'slope_long', 'since_start'] as const

export function trendNames(sensors: readonly string[]): string[] {
  return ['cycle', ...sensors.flatMap((sensor) => kinds.map((kind) => `${sensor}_${kind}`))]
}

/** Columns in the order of `trendNames`, one value a cycle of the run. */
export function describeRun(run: Run, settings: TrendSettings = trendDefaults): Float32Array[] {
  const cyclesCount = run[0]?.length ?? 0
  if (cyclesCount === 0) refuse('run', 'at least one sensor and one cycle')
  const columns: Float32Array[] = [
    Float32Array.from({ length: cyclesCount }, (_, cycle) => cycle + 1),
  ]
  for (const [sensor, values] of run.entries()) {
    if (values.length !== cyclesCount) refuse(`sensor ${sensor}`, `${cyclesCount} cycles`)
    columns.push(...describeSensor(values, settings))
  }
  return columns
}

function describeSensor(values: ArrayLike<number>, settings: TrendSettings): Float32Array[] {
  const { shortCycles, longCycles, startCycles } = settings
  const columns = kinds.map(() => new Float32Array(values.length))
  const [short, long, slope, since] = columns as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  // Around the first value, so that a large level costs no digits.
  const origin = values[0]!
  const [sums, moments] = [0, 0].map(() => new Float64Array(values.length + 1)) as [
    Float64Array,
    Float64Array,
  ]
  for (let cycle = 0; cycle < values.length; cycle += 1) {
    const value = values[cycle]! - origin
    sums[cycle + 1] = sums[cycle]! + value
    moments[cycle + 1] = moments[cycle]! + value * cycle
    const meanOf = (cycles: number) => {
      const count = Math.min(cycles, cycle + 1)
      return (sums[cycle + 1]! - sums[cycle + 1 - count]!) / count
    }
    short[cycle] = origin + meanOf(shortCycles)
    long[cycle] = origin + meanOf(longCycles)
    slope[cycle] = slopeOf(sums, moments, cycle, Math.min(longCycles, cycle + 1))
    const started = Math.min(startCycles, cycle + 1)
    since[cycle] = meanOf(shortCycles) - sums[started]! / started
  }
  return columns
}

/** Of the straight line through the last `count` values. */
function slopeOf(sums: Float64Array, moments: Float64Array, cycle: number, count: number): number {
  if (count < 2) return 0
  const from = cycle + 1 - count
  const sum = sums[cycle + 1]! - sums[from]!
  const moment = moments[cycle + 1]! - moments[from]!
  const middle = (from + cycle) / 2
  return (moment - middle * sum) / ((count * (count * count - 1)) / 12)
}
