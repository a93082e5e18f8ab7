/** What a search for a cause looks at: counts by combination of dimension values, minute by minute. */
import { checkCounts, checkLength, refuseInput } from '../inputs.ts'

export interface Dimension {
  readonly name: string
  /** Of each row, a place in `values`. */
  readonly codes: ArrayLike<number>
  readonly values: readonly string[]
}

/** One row a minute and combination. A row that is not there stands for no attempts. */
export interface Incident {
  /** 1 to 12. */
  readonly dimensions: readonly Dimension[]
  /** Of each row: 1 at the time that is looked into, 0 earlier. Later rows stay out. */
  readonly isNow: ArrayLike<number>
  readonly attempts: ArrayLike<number>
  /** Failed attempts: declined payments, missing sales of those expected, returns of those sold. */
  readonly failures: ArrayLike<number>
}

/** Dimension values that hold together, in the order of the dimensions: `store=12 & tender=card`. */
export interface Cause {
  readonly terms: readonly { readonly dimension: string; readonly value: string }[]
}

export const dimensionsMax = 12
export const rowsMax = 5_000_000

/** @throws Fault model_input_malformed */
export function checkIncident({ dimensions, isNow, attempts, failures }: Incident): void {
  const rows = attempts.length
  if (dimensions.length < 1 || dimensions.length > dimensionsMax)
    refuseInput('dimensions', `1 to ${dimensionsMax} dimensions`)
  if (rows > rowsMax) refuseInput('attempts', `at most ${rowsMax} rows`)
  checkLength('failures', failures, rows)
  checkLength('isNow', isNow, rows)
  checkCounts(failures, attempts)
  const names = new Set(dimensions.map(({ name }) => name))
  if (names.size < dimensions.length) refuseInput('dimensions', 'a name of its own each')
  for (const { name, codes, values } of dimensions) {
    checkLength(name, codes, rows)
    for (let row = 0; row < rows; row += 1)
      if (!(Number.isInteger(codes[row]) && codes[row]! >= 0 && codes[row]! < values.length))
        refuseInput(`${name}, row ${row}`, `a place among ${values.length} values`)
  }
}

export function causeText({ terms }: Cause): string {
  return terms.map(({ dimension, value }) => `${dimension}=${value}`).join(' & ')
}
