/** Tax of baskets drawn by chance at places drawn by chance, against long arithmetic over decimal text. */
import { createRandom, type Random } from '../../../src/models/math/random.ts'
import { indexRates, millionthsFrom, type RateIndex } from '../../../src/models/sales-tax/rates.ts'
import { taxWithin } from '../../../src/models/sales-tax/rounding.ts'
import { type TaxLine, taxOf } from '../../../src/models/sales-tax/tax.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import { readCalifornia, readWorld, readZips } from './data.ts'
import { taxByText, taxWithinByText } from './long-arithmetic.ts'

const folder = 'sales_tax_rates'
const basketsCount = 20_000
const dollarMax = 10_000

export const salesTax = defineEvaluation({
  name: 'sales-tax',
  title: 'Sales tax, to the cent',
  data: [folder],
  notes: [
    'Rates are data that is passed in; none is part of the project. 41,000 ZIP rows (February 2026), 546 jurisdictions of California (January 2026), countries with VAT or GST.',
    'Baskets of 1 to 6 lines from 0.01 to 10,000.00, a fifth of them exempt, a tenth of baskets returns; half are rounded by line, half by invoice. Right is what long arithmetic on the decimal text of the published whole rate gives, by other code.',
    'A ZIP is no tax boundary: these rows show that the arithmetic is exact for the rates given, not that a ZIP gives the right rate for an address.',
  ],
  async run(context) {
    const zips = readZips(context.data(`${folder}/dev/us_zip_rates_2026-02.csv.gz`))
    const california = readCalifornia(
      context.data(`${folder}/dev/ca_cdtfa_jurisdictions_2026-01-01.csv.gz`),
    )
    const world = readWorld(context.data(`${folder}/dev/node_sales_tax_rates.json`))
    const random = createRandom('sales tax')
    const { result: index, seconds } = await timed(() => indexRates(zips.table))
    context.progress(`${zips.wholes.size} places indexed in ${seconds.toFixed(1)} s`)
    const baskets = draw([...zips.wholes.keys()], random)
    const stateRateOf = (place: string) =>
      world.states.get(zips.statePlaces.get(place) ?? '') ?? '0'
    const byZip = await judge(baskets, index, zips.wholes, stateRateOf)
    const caBaskets = draw([...california.wholes.keys()], random)
    const byCounty = await judge(
      caBaskets,
      indexRates(california.table),
      california.wholes,
      () => world.states.get('CA') ?? '0',
    )
    context.chart('sales-tax.svg', chartOf(byZip))
    return [
      {
        ...rowOf('ZIP rows of 50 states', byZip),
        note: `${zips.settledCount} of the ${zips.wholes.size} rows have parts that miss the published whole by rounding; the whole is kept. ${Math.round(baskets.length / byZip.seconds).toLocaleString('en')} baskets a second.`,
      },
      rowOf('jurisdictions of California', byCounty),
      await vatRow(world.countries, random),
    ]
  },
})

interface Basket {
  readonly place: string
  readonly lines: readonly TaxLine[]
  readonly basis: 'line' | 'invoice'
}

function draw(places: readonly string[], random: Random): Basket[] {
  return Array.from({ length: basketsCount }, (_, at) => {
    const sign = random.next() < 0.1 ? -1 : 1
    return {
      place: places[random.below(places.length)]!,
      basis: at % 2 === 0 ? 'line' : 'invoice',
      lines: Array.from({ length: 1 + random.below(6) }, (_, line) => ({
        lineId: `l${line}`,
        // As many small amounts as large: rounding is hardest on the small.
        amountMinor: sign * Math.ceil((dollarMax * 100) ** random.next()),
        pieces: 1,
        isExempt: random.next() < 0.2,
      })),
    }
  })
}

interface Judged {
  readonly exact: number
  /** With doubles, as a till program would by hand. */
  readonly byDoubles: number
  /** With the state's rate of the npm package only. */
  readonly byState: number
  readonly offByState: readonly number[]
  readonly seconds: number
}

async function judge(
  baskets: readonly Basket[],
  index: RateIndex,
  wholes: ReadonlyMap<string, string>,
  stateRateOf: (place: string) => string,
): Promise<Judged> {
  const { result: found, seconds } = await timed(() =>
    baskets.map(({ place, lines, basis }) =>
      taxOf(lines, index.leviesAt(place, '2026-02-21'), basis),
    ),
  )
  let [exact, byDoubles, byState] = [0, 0, 0]
  const offByState: number[] = []
  for (const [at, { place, lines, basis }] of baskets.entries()) {
    const taxed = lines.filter(({ isExempt }) => !isExempt).map(({ amountMinor }) => amountMinor)
    const right = taxByText(taxed, wholes.get(place)!, basis)
    const own = found[at]!
    const addsUp = own.levies.reduce((sum, { taxMinor }) => sum + taxMinor, 0) === own.taxMinor
    if (own.taxMinor === right && addsUp) exact += 1
    if (withDoubles(taxed, Number(wholes.get(place)), basis) === right) byDoubles += 1
    const state = taxByText(taxed, stateRateOf(place), basis)
    if (state === right) byState += 1
    offByState.push(Math.abs(state - right))
  }
  const count = baskets.length
  return {
    exact: exact / count,
    byDoubles: byDoubles / count,
    byState: byState / count,
    offByState,
    seconds,
  }
}

function withDoubles(amounts: readonly number[], rate: number, basis: 'line' | 'invoice'): number {
  const dollars = amounts.map((amount) => amount / 100)
  const cents = (tax: number) => Math.round(tax * 100)
  if (basis === 'line') return dollars.reduce((sum, amount) => sum + cents(amount * rate), 0)
  return cents(dollars.reduce((sum, amount) => sum + amount, 0) * rate)
}

function rowOf(dataset: string, judged: Judged): EvaluationRow {
  return {
    dataset,
    method: 'integers, levies shared out',
    metric: 'baskets right to the cent',
    better: 'higher',
    ours: judged.exact,
    naive: { name: 'doubles, right rate', value: judged.byDoubles },
    peer: {
      name: 'npm sales-tax 2.23.0',
      value: judged.byState,
      source:
        'its table of states (it has no local rates), with exact arithmetic, on the same baskets',
    },
    seconds: judged.seconds,
  }
}

async function vatRow(
  countries: ReadonlyMap<string, string>,
  random: Random,
): Promise<EvaluationRow> {
  const rates = [...countries.values()].filter((rate) => Number(rate) > 0)
  const prices = Array.from({ length: basketsCount }, () => ({
    grossMinor: Math.ceil((dollarMax * 100) ** random.next()),
    rate: rates[random.below(rates.length)]!,
  }))
  const { result, seconds } = await timed(() =>
    prices.map(({ grossMinor, rate }) => taxWithin(grossMinor, millionthsFrom(rate)).taxMinor),
  )
  let [exact, byDoubles] = [0, 0]
  for (const [at, { grossMinor, rate }] of prices.entries()) {
    const right = taxWithinByText(grossMinor, rate)
    if (result[at] === right) exact += 1
    const net = Math.round((grossMinor / 100 / (1 + Number(rate))) * 100) / 100
    if (Math.round((grossMinor / 100 - net) * 100) === right) byDoubles += 1
  }
  return {
    dataset: `prices with tax inside, ${rates.length} countries`,
    method: 'integers',
    metric: 'prices right to the cent',
    better: 'higher',
    ours: exact / prices.length,
    naive: { name: 'doubles, net price first', value: byDoubles / prices.length },
    seconds,
  }
}

function chartOf({ offByState }: Judged): string {
  const limits = [0, 1, 10, 100, 1000, 10_000]
  const names = ['none', '1 cent', 'to 10 cents', 'to 1 dollar', 'to 10', 'to 100', 'above 100']
  const counts = names.map(() => 0)
  for (const off of offByState) {
    const place = limits.findIndex((limit) => off <= limit)
    counts[place < 0 ? limits.length : place]! += 1
  }
  return drawChart({
    title: 'How far off a basket’s tax is with the state’s rate alone',
    subtitle: `${offByState.length.toLocaleString('en')} baskets drawn by chance at ZIP rows of February 2026`,
    x: { label: 'difference from the tax with local rates', categories: names },
    y: { label: 'baskets' },
    series: [
      {
        name: 'rates by state (npm sales-tax 2.23.0)',
        kind: 'bars',
        points: counts.map((count, at) => [at, count]),
      },
    ],
  })
}
