/** Orange juice: weeks by store and brand, as a panel whose periods begin with week 40. */
import type { DemandPanel, KnownColumn } from '../../../src/models/demand/boosted/panel.ts'
import { readColumns } from '../data/columns.ts'

export const firstWeek = 40
const brandsCount = 11

/** @param lastWeek of the file, 135 for the part that is known */
export function readOj(path: string, lastWeek: number): DemandPanel {
  const prices = Array.from({ length: brandsCount }, (_, at) => `price${at + 1}`)
  const rows = readColumns(path, {
    store: 'code',
    brand: 'number',
    week: 'number',
    units: 'number',
    deal: 'number',
    feat: 'number',
    ...Object.fromEntries(prices.map((name) => [name, 'number' as const])),
  }) as unknown as Record<string, Float64Array> & {
    readonly store: { codes: Int32Array; names: string[] }
    readonly rowsCount: number
  }
  const storesCount = rows.store.names.length
  const periodsCount = lastWeek - firstWeek + 1
  const cells = storesCount * brandsCount * periodsCount
  const empty = () => new Float64Array(cells).fill(Number.NaN)
  const [units, price, cheapest, rivals, deal, feat] = [
    empty(),
    empty(),
    empty(),
    empty(),
    empty(),
    empty(),
  ]
  const own = new Float64Array(brandsCount)
  for (let row = 0; row < rows.rowsCount; row += 1) {
    const period = rows.week![row]! - firstWeek
    if (period >= periodsCount) continue
    const brand = rows.brand![row]! - 1
    const at = (rows.store.codes[row]! * brandsCount + brand) * periodsCount + period
    for (const [place, name] of prices.entries()) own[place] = rows[name]![row]!
    units[at] = rows.units![row]!
    price[at] = own[brand]!
    const others = own.filter((_, place) => place !== brand)
    cheapest[at] = own[brand]! / Math.min(...others)
    rivals[at] = own[brand]! / (others.reduce((sum, one) => sum + one, 0) / others.length)
    deal[at] = rows.deal![row]!
    feat[at] = rows.feat![row]!
  }
  const bySeries = (name: string, of: (store: number, brand: number) => number): KnownColumn => ({
    name,
    kind: 'category',
    values: Float64Array.from({ length: storesCount * brandsCount }, (_, at) =>
      of(Math.floor(at / brandsCount), at % brandsCount),
    ),
  })
  return {
    seriesCount: storesCount * brandsCount,
    periodsCount,
    units,
    bySeries: [bySeries('store', (store) => store), bySeries('brand', (_, brand) => brand)],
    byPeriod: [
      {
        name: 'week_of_year',
        kind: 'number',
        values: Float64Array.from({ length: periodsCount }, (_, at) => (at + firstWeek) % 52),
      },
    ],
    byBoth: [
      { name: 'price', kind: 'number', values: price },
      { name: 'price_to_cheapest', kind: 'number', values: cheapest },
      { name: 'price_to_rivals', kind: 'number', values: rivals },
      { name: 'deal', kind: 'number', values: deal },
      { name: 'feature', kind: 'number', values: feat },
    ],
  }
}
