/** Beer by agency and SKU, months from January 2013, as a panel with as many months as asked. */
import type { DemandPanel, KnownColumn } from '../../../src/models/demand/boosted/panel.ts'
import { readColumns } from '../data/columns.ts'

const events = [
  'easter_day',
  'good_friday',
  'new_year',
  'christmas',
  'labor_day',
  'independence_day',
  'revolution_day_memorial',
  'regional_games',
  'fifa_u_17_world_cup',
  'football_gold_cup',
  'beer_capital',
  'music_fest',
] as const

/** Regular price and discount count as planned ahead; volumes of the industry and weather do not. */
export function readStallion(path: string, monthsCount: number): DemandPanel {
  const rows = readColumns(path, {
    agency: 'code',
    sku: 'code',
    date: 'text',
    volume: 'number',
    price_regular: 'number',
    price_actual: 'number',
    ...Object.fromEntries(events.map((name) => [name, 'number' as const])),
  }) as unknown as Record<string, Float64Array> & {
    readonly agency: { codes: Int32Array }
    readonly sku: { codes: Int32Array }
    readonly date: string[]
    readonly rowsCount: number
  }
  const keys = new Map<string, number>()
  for (let row = 0; row < rows.rowsCount; row += 1) {
    const key = `${rows.agency.codes[row]} ${rows.sku.codes[row]}`
    if (!keys.has(key)) keys.set(key, keys.size)
  }
  const empty = () => new Float64Array(keys.size * monthsCount).fill(Number.NaN)
  const [units, regular, actual] = [empty(), empty(), empty()]
  const byMonth = events.map(() => new Float64Array(monthsCount))
  for (let row = 0; row < rows.rowsCount; row += 1) {
    const [year = 0, month = 0] = rows.date[row]!.split('-').map(Number)
    const period = (year - 2013) * 12 + month - 1
    if (period >= monthsCount) continue
    const series = keys.get(`${rows.agency.codes[row]} ${rows.sku.codes[row]}`)!
    const at = series * monthsCount + period
    units[at] = rows.volume![row]!
    regular[at] = rows.price_regular![row]!
    actual[at] = rows.price_actual![row]!
    for (const [place, name] of events.entries()) byMonth[place]![period] = rows[name]![row]!
  }
  const named = [...keys.keys()].map((key) => key.split(' ').map(Number))
  const category = (name: string, place: number): KnownColumn => ({
    name,
    kind: 'category',
    values: Float64Array.from(named, (codes) => codes[place]!),
  })
  return {
    seriesCount: keys.size,
    periodsCount: monthsCount,
    units,
    bySeries: [category('agency', 0), category('sku', 1)],
    byPeriod: [
      {
        name: 'month',
        kind: 'number',
        values: Float64Array.from({ length: monthsCount }, (_, at) => at % 12),
      },
      ...events.map((name, at): KnownColumn => ({ name, kind: 'number', values: byMonth[at]! })),
    ],
    byBoth: [
      { name: 'price_actual', kind: 'number', values: actual },
      {
        name: 'discount_share',
        kind: 'number',
        values: actual.map((paid, at) => 1 - paid / regular[at]!),
      },
    ],
  }
}
