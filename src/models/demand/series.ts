/** What every method of one series takes: numbers, oldest first. */
import { refuse } from '../trees/histogram-boosting/table.ts'

export const periodsMax = 100_000

/** @throws Fault model_input_malformed naming the period */
export function checkSeries(series: ArrayLike<number>, field = 'series'): void {
  if (series.length > periodsMax) refuse(field, `at most ${periodsMax} periods`)
  for (let at = 0; at < series.length; at += 1)
    if (!Number.isFinite(series[at])) refuse(`${field}, period ${at}`, 'a finite number')
}

/** @throws Fault model_input_malformed */
export function checkHorizon(horizon: number): void {
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > 10_000)
    refuse('horizon', '1 to 10,000 periods')
}

/** @throws Fault model_input_malformed */
export function checkPeriod(period: number): void {
  if (!Number.isInteger(period) || period < 1 || period > 10_000)
    refuse('period', '1 to 10,000 periods a season')
}
