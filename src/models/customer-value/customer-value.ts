/** What each customer is worth to come: purchases by BG/NBD, spending by Gamma-Gamma, with intervals. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { correlation } from '../math/statistics.ts'
import { defineModel, type Explanation } from '../model.ts'
import { aliveRatio, expectedPurchases, fitBgNbd, type History, purchaseRatio } from './bg-nbd.ts'
import { expectedSpending, fitGammaGamma } from './gamma-gamma.ts'
import { type Spread, spreadOf } from './spread.ts'

export const CustomerValueParameters = z.strictObject({
  /** How far ahead value is counted. */
  horizonWeeks: z.number().positive().max(520).default(13),
  /** Of what is spent. */
  marginRatio: z.number().min(0).max(1).default(1),
  /** Discount of a year. */
  discountRatio: z.number().min(0).max(1).default(0.1),
  seed: z.int().default(1),
})
type Given = z.input<typeof CustomerValueParameters>

const positive = z.number().positive()

export const CustomerValueArtifact = z.strictObject({
  r: positive,
  alpha: positive,
  a: positive,
  b: positive,
  p: positive,
  q: z.number().gt(1),
  v: positive,
  logLikelihood: z.number(),
  /** Of purchases and mean spending: beyond 0.3 the two should not be told apart, and value is doubtful. */
  correlation: z.number(),
  customersCount: z.int().nonnegative(),
})
export type CustomerValueArtifact = z.infer<typeof CustomerValueArtifact>

/** `meanMinor` of the purchases after the first; any number where there are none. */
export interface Customer extends History {
  readonly meanMinor: number
}

export interface CustomerValue extends Spread {
  readonly aliveRatio: number
  /** To expect: right for sums over customers. */
  readonly purchases: number
  /** Of one purchase or more. */
  readonly purchaseRatio: number
  readonly spendingMinor: number
  readonly valueMinor: number
}

const customersLeast = 10

/** @throws Fault model_input_malformed where there is too little to learn from */
export function fitCustomerValue(customers: readonly Customer[]): CustomerValueArtifact {
  for (const [at, customer] of customers.entries()) check(customer, `customers.${at}.`)
  if (customers.length < customersLeast) refuse('customers', `${customersLeast} or more`)
  const { logLikelihood, ...model } = fitBgNbd(customers)
  const spending = customers
    .filter(({ repeats, meanMinor }) => repeats > 0 && meanMinor > 0)
    .map(({ repeats, meanMinor }) => ({ count: repeats, mean: meanMinor }))
  const found = correlation(
    spending.map(({ count }) => count),
    spending.map(({ mean }) => mean),
  )
  return {
    ...model,
    ...fitGammaGamma(spending),
    logLikelihood,
    correlation: Number.isFinite(found) ? found : 0,
    customersCount: customers.length,
  }
}

export function predictCustomerValue(
  artifact: CustomerValueArtifact,
  customer: Customer,
  given: Given = {},
): CustomerValue {
  const parameters = parse(CustomerValueParameters, given, 'model_parameters_malformed')
  check(customer)
  const { horizonWeeks, marginRatio, discountRatio } = parameters
  const spendingMinor = spendingOf(artifact, customer)
  let valueMinor = 0
  let before = 0
  // Month by month, so that what comes later counts less.
  for (let from = 0; from < horizonWeeks; from += 4) {
    const to = Math.min(horizonWeeks, from + 4)
    const after = expectedPurchases(artifact, customer, to)
    const worth = (1 + discountRatio) ** -((from + to) / 2 / 52)
    valueMinor += (after - before) * spendingMinor * marginRatio * worth
    before = after
  }
  return {
    aliveRatio: aliveRatio(artifact, customer),
    purchases: before,
    ...spreadOf(artifact, customer, horizonWeeks, parameters.seed),
    purchaseRatio: purchaseRatio(artifact, customer, horizonWeeks),
    spendingMinor,
    valueMinor,
  }
}

/** Steps from everybody's value to this customer's, in minor units. */
export function explainCustomerValue(
  artifact: CustomerValueArtifact,
  customer: Customer,
  given: Given = {},
): Explanation {
  const value = (one: Customer) => predictCustomerValue(artifact, one, given).valueMinor
  const { repeats, lastWeeks, ageWeeks, meanMinor } = customer
  const nobody = { repeats: 0, lastWeeks: 0, ageWeeks: 0, meanMinor: 0 }
  const usual = expectedSpending(artifact, { count: 0, mean: 0 })
  const aged = value({ ...nobody, ageWeeks })
  const often = value({ repeats, lastWeeks: ageWeeks, ageWeeks, meanMinor: usual })
  const recent = value({ ...customer, meanMinor: usual })
  const whole = value({ ...customer, meanMinor })
  const factors = [
    {
      factor: 'age',
      weight: aged - value(nobody),
      says: `Known for ${ageWeeks.toFixed(0)} weeks.`,
    },
    { factor: 'frequency', weight: often - aged, says: `Came back ${repeats} times.` },
    {
      factor: 'recency',
      weight: recent - often,
      says: `Silent for ${(ageWeeks - lastWeeks).toFixed(0)} weeks.`,
    },
    {
      factor: 'spending',
      weight: whole - recent,
      says: `Spends ${Math.round(spendingOf(artifact, customer))} a time, after drawing to the mean.`,
    },
  ]
  const sorted = factors.toSorted((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
  return { base: value(nobody), factors: sorted }
}

export const customerValue = defineModel({
  id: 'customer_value',
  version: 1,
  title: 'What a customer is worth to come',
  parameters: CustomerValueParameters,
  artifact: CustomerValueArtifact,
  fit: fitCustomerValue,
  predict: predictCustomerValue,
  explain: explainCustomerValue,
})

function spendingOf(artifact: CustomerValueArtifact, { repeats, meanMinor }: Customer): number {
  const isKnown = repeats > 0 && meanMinor > 0
  return expectedSpending(artifact, { count: isKnown ? repeats : 0, mean: isKnown ? meanMinor : 0 })
}

function check({ repeats, lastWeeks, ageWeeks, meanMinor }: Customer, at = ''): void {
  if (!(Number.isInteger(repeats) && repeats >= 0 && repeats <= 100_000))
    refuse(`${at}repeats`, 'a whole number up to 100,000')
  if (!(ageWeeks >= 0 && ageWeeks <= 5200)) refuse(`${at}ageWeeks`, '0 to 5,200')
  if (!(lastWeeks >= 0 && lastWeeks <= ageWeeks)) refuse(`${at}lastWeeks`, '0 to ageWeeks')
  if (!(Math.abs(meanMinor) < 1e12)) refuse(`${at}meanMinor`, 'below 1e12')
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
