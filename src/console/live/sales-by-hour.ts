/** Rows per store and hour, summed to one series of one currency without holes. */
import type { HourlySales } from '../../hub/views.ts'

export interface HourOfSales {
  readonly hour: string
  readonly salesMinor: number
  readonly refundsMinor: number
  readonly salesCount: number
  readonly refundsCount: number
}

const hourMs = 3_600_000

export function salesByHour(rows: readonly HourlySales[], currency: string): HourOfSales[] {
  const sums = new Map<number, HourOfSales>()
  for (const row of rows) {
    if (row.currency !== currency) continue
    const atMs = Math.floor(Date.parse(row.hour) / hourMs) * hourMs
    sums.set(atMs, add(sums.get(atMs) ?? emptyHour(atMs), row))
  }
  const hours = [...sums.keys()]
  if (hours.length === 0) return []
  const series: HourOfSales[] = []
  for (let atMs = Math.min(...hours); atMs <= Math.max(...hours); atMs += hourMs)
    series.push(sums.get(atMs) ?? emptyHour(atMs))
  return series
}

/** Currencies by how often they occur, most frequent first. */
export function currenciesOf(rows: readonly HourlySales[]): string[] {
  const counts = new Map<string, number>()
  for (const { currency } of rows) counts.set(currency, (counts.get(currency) ?? 0) + 1)
  return [...counts].sort((left, right) => right[1] - left[1]).map(([currency]) => currency)
}

export function totalOf(series: readonly HourOfSales[]): Omit<HourOfSales, 'hour'> {
  return series.reduce(add, emptyHour(0))
}

function add(sum: HourOfSales, row: Omit<HourOfSales, 'hour'>): HourOfSales {
  return {
    hour: sum.hour,
    salesMinor: sum.salesMinor + row.salesMinor,
    refundsMinor: sum.refundsMinor + row.refundsMinor,
    salesCount: sum.salesCount + row.salesCount,
    refundsCount: sum.refundsCount + row.refundsCount,
  }
}

function emptyHour(atMs: number): HourOfSales {
  const hour = new Date(atMs).toISOString()
  return { hour, salesMinor: 0, refundsMinor: 0, salesCount: 0, refundsCount: 0 }
}
