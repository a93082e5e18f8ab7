/** A manufacturer's snapshot of stock, and which items went on backorder after it. */
import type { StockSnapshot } from '../../../src/models/stock-out-risk/features.ts'
import { readColumns } from '../data/columns.ts'

const flags = [
  'potential_issue',
  'deck_risk',
  'oe_constraint',
  'ppap_risk',
  'stop_auto_buy',
  'rev_stop',
] as const
const numbers = [
  'national_inv',
  'lead_time',
  'in_transit_qty',
  'forecast_3_month',
  'forecast_6_month',
  'forecast_9_month',
  'sales_1_month',
  'sales_3_month',
  'sales_6_month',
  'sales_9_month',
  'min_bank',
  'pieces_past_due',
  'perf_6_month_avg',
  'perf_12_month_avg',
  'local_bo_qty',
] as const

export interface BackorderData extends Pick<BackorderFacts, 'ranOut' | 'keys'> {
  readonly snapshot: StockSnapshot
  /** A snapshot of some rows. */
  take(rows: ArrayLike<number>): StockSnapshot
}

export interface BackorderFacts {
  readonly numbers: readonly string[]
  /** 0 or 1 each. */
  readonly flags: readonly string[]
  /** By name of number or flag; NaN where not known. */
  readonly facts: Readonly<Record<string, Float64Array>>
  readonly ranOut: Float64Array
  /** The same of items with the same figures, so that none is on both sides of a split. */
  readonly keys: readonly string[]
}

export function readBackorderFacts(path: string): BackorderFacts {
  const columns = readColumns(path, {
    ...Object.fromEntries(numbers.map((name) => [name, 'number' as const])),
    ...Object.fromEntries(flags.map((name) => [name, 'text' as const])),
    went_on_backorder: 'text',
  }) as unknown as Record<string, Float64Array & string[]> & { readonly rowsCount: number }
  const yes = (values: readonly string[]) => Float64Array.from(values, (text) => +(text === 'Yes'))
  const facts: Record<string, Float64Array> = {
    ...Object.fromEntries(numbers.map((name) => [name, Float64Array.from(columns[name]!)])),
    ...Object.fromEntries(flags.map((name) => [name, yes(columns[name]!)])),
  }
  // The file writes what is not known of a supplier as -99.
  for (const name of ['perf_6_month_avg', 'perf_12_month_avg'])
    facts[name] = facts[name]!.map((share) => (share < -1 ? Number.NaN : share))
  const names = [...numbers, ...flags]
  const ranOut = yes(columns.went_on_backorder!)
  const keys = Array.from(ranOut, (_, row) => names.map((name) => facts[name]![row]).join(','))
  return { numbers, flags, facts, ranOut, keys }
}

export function readBackorders(path: string): BackorderData {
  const { facts, ranOut, keys } = readBackorderFacts(path)
  const all = Uint32Array.from({ length: ranOut.length }, (_, row) => row)
  const take = (rows: ArrayLike<number>) => {
    const of = (name: string) => Float64Array.from(rows, (row) => facts[name]![row]!)
    return {
      onHandUnits: of('national_inv'),
      inTransitUnits: of('in_transit_qty'),
      leadTimePeriods: of('lead_time'),
      forecastUnits: [of('forecast_3_month'), of('forecast_6_month'), of('forecast_9_month')],
      soldUnits: [
        of('sales_1_month'),
        of('sales_3_month'),
        of('sales_6_month'),
        of('sales_9_month'),
      ],
      minimumUnits: of('min_bank'),
      overdueUnits: of('pieces_past_due'),
      backorderedUnits: of('local_bo_qty'),
      vendorOnTime: [of('perf_6_month_avg'), of('perf_12_month_avg')],
      flags: Object.fromEntries(flags.map((name) => [name, of(name)])),
    } satisfies StockSnapshot
  }
  return { snapshot: take(all), ranOut, keys, take }
}
