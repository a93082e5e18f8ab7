/** Repeat purchase of a real retailer's customers: fitted to one day, judged on the weeks after. */
import {
  fitCustomerValue,
  predictCustomerValue,
} from '../../../src/models/customer-value/customer-value.ts'
import { historiesOf } from '../../../src/models/customer-value/histories.ts'
import { drawChart } from '../chart.ts'
import { readColumns } from '../data/columns.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { areaUnderCurve } from '../metrics/classification.ts'
import { meanAbsoluteError, rootMeanSquaredError } from '../metrics/forecast.ts'

const dayMs = 86_400_000
const weeks = 8

export const customerValue = defineEvaluation({
  name: 'customer-value',
  title: 'Customer value',
  data: ['uci_online_retail'],
  notes: [
    'Three origins: fitted on all sales up to 2011-05-01, 06-12 and 07-24, judged on the eight weeks after each; nothing of them is seen before. Figures are means over the origins.',
    'Naive: as many a week as since the first purchase; for who comes back, the days since the last purchase.',
    'No peer publishes a figure for this split. The data is CC0.',
  ],
  run(context) {
    const file = 'uci_online_retail/dev/transactions_2010-12_2011-09.csv.gz'
    const columns = readColumns(context.data(file), {
      Quantity: 'number',
      UnitPrice: 'number',
      InvoiceDate: 'text',
      CustomerID: 'code',
    })
    const day = columns.InvoiceDate.map((text) => Date.parse(text.slice(0, 10)) / dayMs)
    const customer = Int32Array.from(columns.CustomerID.codes, (code) =>
      columns.CustomerID.names[code] === '' ? -1 : code,
    )
    const amountMinor = columns.Quantity.map((units, at) =>
      Math.round(units * columns.UnitPrice[at]! * 100),
    )
    const lines = { customer, day, amountMinor }
    const origins = ['2011-05-01', '2011-06-12', '2011-07-24'].map((on) => Date.parse(on) / dayMs)
    const began = process.cpuUsage()
    const judged = origins.map((origin) => judgedAt(lines, origin))
    const { user, system } = process.cpuUsage(began)
    const seconds = (user + system) / 1e6
    const mean = (key: keyof Judged) =>
      judged.reduce((sum, one) => sum + (one[key] as number), 0) / judged.length
    const base = {
      dataset: 'Online Retail, 3 origins, 8 weeks',
      method: 'BG/NBD, Gamma-Gamma',
      seconds,
    }
    context.chart('customer-value.svg', chart(judged.at(-1)!))
    const rows: EvaluationRow[] = [
      {
        ...base,
        metric: 'MAE, purchases a customer',
        better: 'lower',
        ours: mean('error'),
        naive: { name: 'own rate', value: mean('naiveError') },
        note: 'of the mean, which sums need; most customers buy nothing, and absolute errors are least for who says nothing.',
      },
      {
        ...base,
        method: 'BG/NBD, its median',
        metric: 'MAE, purchases a customer',
        better: 'lower',
        ours: mean('medianError'),
        naive: { name: 'own rate, rounded', value: mean('naiveMedianError') },
      },
      {
        ...base,
        metric: 'RMSE, purchases a customer',
        better: 'lower',
        ours: mean('squareError'),
        naive: { name: 'own rate', value: mean('naiveSquareError') },
      },
      {
        ...base,
        metric: 'AUC, comes back',
        better: 'higher',
        ours: mean('curve'),
        naive: { name: 'days since the last', value: mean('naiveCurve') },
      },
      {
        ...base,
        metric: 'error of the total, share',
        better: 'lower',
        ours: mean('totalError'),
        naive: { name: 'own rate', value: mean('naiveTotalError') },
      },
      {
        ...base,
        metric: 'MAE of spending, pounds a customer',
        better: 'lower',
        ours: mean('spendingError'),
        naive: { name: 'own rate and mean', value: mean('naiveSpendingError') },
        note: `of the mean. Four in five intervals should hold the count; ${(100 * mean('inside')).toFixed(1)} % do, counts being whole.`,
      },
    ]
    return rows
  },
})

interface Judged {
  readonly error: number
  readonly naiveError: number
  readonly medianError: number
  readonly naiveMedianError: number
  readonly squareError: number
  readonly naiveSquareError: number
  readonly curve: number
  readonly naiveCurve: number
  readonly totalError: number
  readonly naiveTotalError: number
  readonly spendingError: number
  readonly naiveSpendingError: number
  readonly inside: number
  /** By expected purchases, in tenths: expected and found. */
  readonly tenths: readonly (readonly [number, number])[]
}

function judgedAt(lines: Parameters<typeof historiesOf>[0], origin: number): Judged {
  const histories = historiesOf(lines, origin)
  const artifact = fitCustomerValue(histories)
  const found = new Map<number, { days: Map<number, number> }>()
  for (let at = 0; at < lines.day.length; at += 1) {
    const [customer, day] = [lines.customer[at]!, lines.day[at]!]
    if (customer < 0 || day <= origin || day > origin + weeks * 7) continue
    const own = found.get(customer) ?? { days: new Map<number, number>() }
    own.days.set(day, (own.days.get(day) ?? 0) + lines.amountMinor[at]!)
    found.set(customer, own)
  }
  const bought = histories.map(({ customer }) =>
    [...(found.get(customer)?.days.values() ?? [])].filter((minor) => minor > 0),
  )
  const counts = bought.map((days) => days.length)
  const spent = bought.map((days) => days.reduce((sum, minor) => sum + minor, 0) / 100)
  const values = histories.map((one) =>
    predictCustomerValue(artifact, one, { horizonWeeks: weeks, discountRatio: 0 }),
  )
  const rates = histories.map(({ repeats, ageWeeks }) => (repeats / Math.max(1, ageWeeks)) * weeks)
  const came = counts.map((count) => (count > 0 ? 1 : 0))
  const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0)
  const expected = values.map(({ purchases }) => purchases)
  const medians = values.map(({ purchasesMedian }) => purchasesMedian)
  const rounded = rates.map(Math.round)
  const off = (list: readonly number[]) => Math.abs(sum(list) / sum(counts) - 1)
  const order = [...expected.keys()].sort((left, right) => expected[left]! - expected[right]!)
  const tenths = Array.from({ length: 10 }, (_, at) => {
    const some = order.slice(
      Math.floor((at * order.length) / 10),
      Math.floor(((at + 1) * order.length) / 10),
    )
    const mean = (list: readonly number[]) => sum(some.map((one) => list[one]!)) / some.length
    return [mean(expected), mean(counts)] as const
  })
  return {
    error: meanAbsoluteError(counts, expected),
    naiveError: meanAbsoluteError(counts, rates),
    medianError: meanAbsoluteError(counts, medians),
    naiveMedianError: meanAbsoluteError(counts, rounded),
    squareError: rootMeanSquaredError(counts, expected),
    naiveSquareError: rootMeanSquaredError(counts, rates),
    curve: areaUnderCurve(
      came,
      values.map(({ purchaseRatio }) => purchaseRatio),
    ),
    naiveCurve: areaUnderCurve(
      came,
      histories.map(({ lastDay }) => lastDay),
    ),
    totalError: off(expected),
    naiveTotalError: off(rates),
    spendingError: meanAbsoluteError(
      spent,
      values.map(({ valueMinor }) => valueMinor / 100),
    ),
    naiveSpendingError: meanAbsoluteError(
      spent,
      histories.map(({ meanMinor }, at) => (rates[at]! * meanMinor) / 100),
    ),
    inside:
      sum(
        values.map(({ purchasesLow, purchasesHigh }, at) =>
          counts[at]! >= purchasesLow && counts[at]! <= purchasesHigh ? 1 : 0,
        ),
      ) / values.length,
    tenths,
  }
}

function chart({ tenths }: Judged): string {
  return drawChart({
    title: 'Purchases expected and made',
    subtitle:
      'Online Retail (CC0): customers in tenths by expectation, eight weeks from 2011-07-25',
    x: { label: 'tenth of customers', categories: tenths.map((_, at) => String(at + 1)) },
    y: { label: 'purchases a customer', min: 0 },
    series: [
      { name: 'expected', kind: 'line', points: tenths.map(([expected], at) => [at, expected]) },
      { name: 'made', kind: 'bars', points: tenths.map(([, made], at) => [at, made]) },
    ],
  })
}
