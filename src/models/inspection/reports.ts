/** Sales as they are reported, of which a few were inspected. */
import { checkLength, refuseInput } from '../inputs.ts'

/** One entry a report: arrays of one length. */
export interface Reports {
  /** Who sold. Names, or tokens that stand for them. */
  readonly sellers: readonly string[]
  readonly products: readonly string[]
  /** Above 0; NaN where it is missing. */
  readonly quantities: ArrayLike<number>
  /** Value of the whole report in one currency, above 0; NaN where it is missing. */
  readonly values: ArrayLike<number>
}

/** @throws Fault model_input_malformed */
export function checkReports({ sellers, products, quantities, values }: Reports): void {
  const count = sellers.length
  checkLength('products', products, count)
  checkLength('quantities', quantities, count)
  checkLength('values', values, count)
  for (const [name, numbers] of Object.entries({ quantities, values }))
    for (let at = 0; at < count; at += 1) {
      const value = numbers[at]!
      if (!Number.isNaN(value) && !(value >= 0 && Number.isFinite(value)))
        refuseInput(`${name}, row ${at}`, 'a finite number of at least 0, or NaN where missing')
    }
}
