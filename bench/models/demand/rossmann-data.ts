/** Days of a hundred shops from 2013-01-01 as a panel; closed days are not known. */
import type { DemandPanel, KnownColumn } from '../../../src/models/demand/boosted/panel.ts'
import { readColumns } from '../data/columns.ts'

const dayMs = 86_400_000
const start = Date.parse('2013-01-01')

export interface RossmannPaths {
  readonly sales: string
  readonly stores: string
}

/** @param lastDay `YYYY-MM-DD`: the panel ends with it */
export function readRossmann({ sales, stores }: RossmannPaths, lastDay: string): DemandPanel {
  const rows = readColumns(sales, {
    Store: 'number',
    Date: 'text',
    Sales: 'number',
    Open: 'number',
    Promo: 'number',
    StateHoliday: 'text',
    SchoolHoliday: 'number',
  })
  const periodsCount = (Date.parse(lastDay) - start) / dayMs + 1
  const shops = [...new Set(rows.Store)].sort((a, b) => a - b)
  const cells = shops.length * periodsCount
  const empty = () => new Float64Array(cells).fill(Number.NaN)
  const [units, isOpen, promo, school, holiday] = [empty(), empty(), empty(), empty(), empty()]
  const placeOf = new Map(shops.map((shop, place) => [shop, place]))
  for (let row = 0; row < rows.rowsCount; row += 1) {
    const period = Math.round((Date.parse(rows.Date[row]!) - start) / dayMs)
    if (period >= periodsCount) continue
    const at = placeOf.get(rows.Store[row]!)! * periodsCount + period
    if (rows.Open[row] === 1 && rows.Sales[row]! > 0) units[at] = rows.Sales[row]!
    isOpen[at] = rows.Open[row]!
    promo[at] = rows.Promo[row]!
    school[at] = rows.SchoolHoliday[row]!
    holiday[at] = '0abc'.indexOf(rows.StateHoliday[row]!)
  }
  const days = Array.from({ length: periodsCount }, (_, at) => new Date(start + at * dayMs))
  const byDay = (name: string, of: (day: Date) => number, kind: 'number' | 'category' = 'number') =>
    ({ name, kind, values: Float64Array.from(days, of) }) satisfies KnownColumn
  return {
    seriesCount: shops.length,
    periodsCount,
    units,
    bySeries: storeColumns(stores, shops),
    byPeriod: [
      byDay('weekday', (day) => day.getUTCDay()),
      byDay('day_of_month', (day) => day.getUTCDate()),
      byDay('week_of_year', (day) => Math.floor((day.getTime() - startOfYear(day)) / dayMs / 7)),
      byDay('day_of_year', (day) => (day.getTime() - startOfYear(day)) / dayMs),
    ],
    byBoth: [
      { name: 'promo', kind: 'number', values: promo },
      { name: 'school_holiday', kind: 'number', values: school },
      { name: 'state_holiday', kind: 'number', values: holiday },
      ...neighbours(isOpen, promo, periodsCount),
    ],
  }
}

function startOfYear(day: Date): number {
  return Date.UTC(day.getUTCFullYear(), 0, 1)
}

/** People stock up before closed days and come back after them; a promotion's first day sells most. */
function neighbours(isOpen: Float64Array, promo: Float64Array, periodsCount: number) {
  const reachMax = 10
  const distance = (isStop: (at: number) => boolean, step: 1 | -1) =>
    isOpen.map((_, at) => {
      const row = Math.floor(at / periodsCount)
      for (let away = 1; away <= reachMax; away += 1) {
        const other = at + away * step
        if (Math.floor(other / periodsCount) !== row || other < 0) return away
        if (isStop(other)) return away
      }
      return reachMax + 1
    })
  const isClosed = (at: number) => isOpen[at] === 0
  const column = (name: string, values: Float64Array): KnownColumn => ({
    name,
    kind: 'number',
    values,
  })
  return [
    column('days_since_closed', distance(isClosed, -1)),
    column('days_to_closed', distance(isClosed, 1)),
    column(
      'days_since_no_promo',
      distance((at) => promo[at] === 0, -1),
    ),
    column(
      'days_to_promo',
      distance((at) => promo[at] === 1, 1),
    ),
    column(
      'days_since_promo',
      distance((at) => promo[at] === 1, -1),
    ),
  ]
}

function storeColumns(path: string, shops: readonly number[]): KnownColumn[] {
  const rows = readColumns(path, {
    Store: 'number',
    StoreType: 'code',
    Assortment: 'code',
    CompetitionDistance: 'number',
    Promo2: 'number',
  })
  const placeOf = new Map(Array.from(rows.Store, (shop, row) => [shop, row]))
  const column = (name: string, values: ArrayLike<number>, kind: 'number' | 'category') =>
    ({
      name,
      kind,
      values: Float64Array.from(shops, (shop) => values[placeOf.get(shop) ?? -1] ?? Number.NaN),
    }) satisfies KnownColumn
  return [
    { name: 'store', kind: 'category', values: Float64Array.from(shops, (_, place) => place) },
    column('store_type', rows.StoreType.codes, 'category'),
    column('assortment', rows.Assortment.codes, 'category'),
    column('competition_distance', rows.CompetitionDistance, 'number'),
    column('promo2', rows.Promo2, 'number'),
  ]
}

/** Period of a day. */
export function dayOf(day: string): number {
  return Math.round((Date.parse(day) - start) / dayMs)
}
