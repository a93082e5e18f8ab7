/** Checks that models make of the arrays they are given; a fault names the place. */
import { Fault } from '../base/fault.ts'
import type { Numbers } from './math/statistics.ts'

/** @throws Fault model_input_malformed */
export function refuseInput(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}

/** @throws Fault model_input_malformed naming the first value that is no finite number */
export function checkFinite(field: string, values: Numbers): void {
  for (let at = 0; at < values.length; at += 1)
    if (!Number.isFinite(values[at])) refuseInput(`${field}, row ${at}`, 'a finite number')
}

/** @throws Fault model_input_malformed */
export function checkLength(field: string, values: { length: number }, wanted: number): void {
  if (values.length !== wanted) refuseInput(field, `${wanted} values`)
}

/** @throws Fault model_input_malformed naming the first pair that is no count out of trials */
export function checkCounts(counts: Numbers, trials: Numbers): void {
  checkLength('trials', trials, counts.length)
  for (let at = 0; at < counts.length; at += 1) {
    const isCount = Number.isInteger(trials[at]) && trials[at]! >= 0 && trials[at]! <= 1e12
    if (!isCount) refuseInput(`trials, row ${at}`, 'a whole number from 0 to 1e12')
    if (!(Number.isInteger(counts[at]) && counts[at]! >= 0 && counts[at]! <= trials[at]!))
      refuseInput(`counts, row ${at}`, `a whole number from 0 to ${trials[at]}`)
  }
}
