/**
 * Sales tax as a model: nothing is learned, its artifact is the dated table of rates, so that an agent
 * gets it signed and a receipt can say by which table it was taxed. It states no uncertainty: given the
 * table and the place the tax is exact, and whether they are right is said by their source and date.
 */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { indexRates, type RateIndex, RateTable } from './rates.ts'
import { type BasketTax, type TaxLine, taxOf } from './tax.ts'

export const TaxParameters = z.strictObject({
  /** Elected by the seller for the state; what the till does. */
  basis: z.enum(['line', 'invoice']).default('line'),
})
export type TaxParameters = z.output<typeof TaxParameters>

export interface TaxQuestion {
  readonly place: string
  /** The store's local date of the sale; of a return, of the sale it returns. */
  readonly on: string
  readonly lines: readonly TaxLine[]
}

export const salesTaxModel = defineModel({
  id: 'sales_tax',
  version: 1,
  title: 'Sales tax of a basket',
  parameters: TaxParameters,
  artifact: RateTable,
  fit: fitSalesTax,
  predict: predictSalesTax,
  explain: explainSalesTax,
})

/** The table, checked as a whole. @throws Fault artifact_malformed */
export function fitSalesTax(table: unknown): RateTable {
  indexRates(table)
  return parse(RateTable, table, 'artifact_malformed')
}

/** @throws Fault model_input_malformed for a place or line that does not fit */
export function predictSalesTax(
  rates: RateIndex,
  { place, on, lines }: TaxQuestion,
  { basis }: TaxParameters,
): BasketTax {
  return taxOf(lines, rates.leviesAt(place, on), basis)
}

/** In minor units: base 0, and what each levy takes adds up to the tax. */
export function explainSalesTax(
  rates: RateIndex,
  question: TaxQuestion,
  parameters: TaxParameters,
): Explanation {
  const names = new Map(
    rates
      .leviesAt(question.place, question.on)
      .map(({ code, name, rateMillionths }) => [code, { name, rateMillionths }]),
  )
  const { levies } = predictSalesTax(rates, question, parameters)
  const factors = levies
    .filter(({ taxMinor }) => taxMinor !== 0)
    .map(({ code, taxMinor, baseMinor }) => {
      const { name, rateMillionths } = names.get(code)!
      return {
        factor: code,
        weight: taxMinor,
        says: `${name} takes ${taxMinor} of ${baseMinor} minor units, at ${rateMillionths / 10_000} % (${rates.source}, as of ${rates.asOf}).`,
      }
    })
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
  return { base: 0, factors }
}
