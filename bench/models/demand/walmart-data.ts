/** Weeks by store and department from 2010-02-05 as a panel with as many weeks as asked. */
import type { DemandPanel, KnownColumn } from '../../../src/models/demand/boosted/panel.ts'
import { lastSeasonOf, slippedShares } from '../../../src/models/demand/feasts.ts'
import { readColumns } from '../data/columns.ts'

const weekMs = 7 * 86_400_000
const start = Date.parse('2010-02-05')

/** Fridays that end the week before Easter, Thanksgiving's and Christmas's weeks, and the others'. */
const holidays = {
  easter: ['2010-04-02', '2011-04-22', '2012-04-06'],
  super_bowl: ['2010-02-12', '2011-02-11', '2012-02-10'],
  labor_day: ['2010-09-10', '2011-09-09', '2012-09-07'],
  thanksgiving: ['2010-11-26', '2011-11-25', '2012-11-23'],
  christmas: ['2010-12-24', '2011-12-23', '2012-12-21'],
} as const

export interface WalmartPaths {
  readonly sales: string
  readonly stores: string
}

export interface WalmartData {
  readonly panel: DemandPanel
  readonly storesCount: number
  readonly departmentsCount: number
  /** 5 in weeks with a holiday, else 1. */
  readonly weekWeights: Float64Array
  /** Share of each week that is by its dates like the week before last year's. */
  readonly slip: Float64Array
}

export const weekOf = (day: string) => Math.round((Date.parse(day) - start) / weekMs)

export function readWalmart({ sales, stores }: WalmartPaths, weeksCount: number): WalmartData {
  const rows = readColumns(sales, {
    Store: 'number',
    Dept: 'number',
    Date: 'text',
    Weekly_Sales: 'number',
  })
  const shops = [...new Set(rows.Store)].sort((a, b) => a - b)
  const departments = [...new Set(rows.Dept)].sort((a, b) => a - b)
  const places = departments.length
  const shopAt = new Map(shops.map((shop, at) => [shop, at]))
  const departmentAt = new Map(departments.map((one, at) => [one, at]))
  const units = new Float64Array(shops.length * places * weeksCount).fill(Number.NaN)
  for (let row = 0; row < rows.rowsCount; row += 1) {
    const week = weekOf(rows.Date[row]!)
    const series = shopAt.get(rows.Store[row]!)! * places + departmentAt.get(rows.Dept[row]!)!
    if (week < weeksCount) units[series * weeksCount + week] = rows.Weekly_Sales[row]!
  }
  const facts = readColumns(stores, { Store: 'number', Type: 'code', Size: 'number' })
  const bySeries = (name: string, kind: 'number' | 'category', of: (series: number) => number) =>
    ({
      name,
      kind,
      values: Float64Array.from({ length: shops.length * places }, (_, series) => of(series)),
    }) satisfies KnownColumn
  const seasonBefore = lastSeasonOf(weeksCount, 52, holidays.easter.map(weekOf))
  const shopOf = (series: number) => Math.floor(series / places)
  return {
    storesCount: shops.length,
    departmentsCount: places,
    weekWeights: Float64Array.from({ length: weeksCount }, (_, week) =>
      Object.entries(holidays).some(
        ([name, days]) =>
          name !== 'easter' &&
          days.some((day) => weekOf(day) + (name === 'christmas' ? 1 : 0) === week),
      )
        ? 5
        : 1,
    ),
    slip: slippedShares({
      lastDays: Array.from({ length: weeksCount }, (_, week) => new Date(start + week * weekMs)),
      daysCount: 7,
      seasonBefore,
      seasonPeriods: 52,
      byWeekday: [...holidays.super_bowl, ...holidays.labor_day, ...holidays.thanksgiving].map(
        weekOf,
      ),
    }),
    panel: {
      seriesCount: shops.length * places,
      periodsCount: weeksCount,
      units,
      seasonBefore,
      bySeries: [
        bySeries('store', 'category', shopOf),
        bySeries('department', 'category', (series) => series % places),
        bySeries('type', 'category', (series) => facts.Type.codes[shopOf(series)]!),
        bySeries('size', 'number', (series) => facts.Size[shopOf(series)]!),
      ],
      byPeriod: calendar(weeksCount),
      byBoth: [],
    },
  }
}

function calendar(weeksCount: number): KnownColumn[] {
  const away = (days: readonly string[]) =>
    Float64Array.from({ length: weeksCount }, (_, week) => {
      const steps = days.map((day) => week - weekOf(day)).filter((step) => Math.abs(step) <= 3)
      return steps[0] ?? 9
    })
  return [
    {
      name: 'week_of_year',
      kind: 'number',
      values: Float64Array.from({ length: weeksCount }, (_, week) => (week + 5) % 52),
    },
    ...Object.entries(holidays).map(
      ([name, days]): KnownColumn => ({
        name: `weeks_from_${name}`,
        kind: 'number',
        values: away(days),
      }),
    ),
  ]
}
