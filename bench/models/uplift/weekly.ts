/** Weekly sales by store: real ones, in which nothing was tried out on single stores. */
import { readColumns } from '../data/columns.ts'
import type { EvaluationContext } from '../evaluation.ts'

export interface Weekly {
  readonly name: string
  /** One series a store, of one length. */
  readonly series: readonly Float64Array[]
}

const dayMs = 86_400_000

/** Monday to Sunday; weeks that are not whole at either end are left out. */
export function readRossmann(context: Pick<EvaluationContext, 'data'>): Weekly {
  const {
    Store,
    Date: day,
    Sales,
  } = readColumns(context.data('rossmann100_store_daily/dev/sales_2013-01-01_2015-06-19.csv.gz'), {
    Store: 'code',
    Date: 'text',
    Sales: 'number',
  })
  const monday = Date.parse('2013-01-07')
  const weekOf = (row: number) => Math.floor((Date.parse(day[row]!) - monday) / (7 * dayMs))
  return { name: 'Rossmann, 100 stores', series: byWeek(Store, weekOf, Sales, 127) }
}

export function readWalmart(context: Pick<EvaluationContext, 'data'>): Weekly {
  const {
    Store,
    Date: day,
    Weekly_Sales: sales,
  } = readColumns(
    context.data('walmart_store_dept_weekly/dev/sales_2010-02-05_2012-01-27.csv.gz'),
    { Store: 'code', Date: 'text', Weekly_Sales: 'number' },
  )
  const first = Date.parse('2010-02-05')
  const weekOf = (row: number) => Math.round((Date.parse(day[row]!) - first) / (7 * dayMs))
  return { name: 'Walmart, 45 stores', series: byWeek(Store, weekOf, sales, 104) }
}

function byWeek(
  stores: { readonly codes: Int32Array; readonly names: readonly string[] },
  weekOf: (row: number) => number,
  sales: Float64Array,
  weeks: number,
): Float64Array[] {
  const series = stores.names.map(() => new Float64Array(weeks))
  for (const [row, store] of stores.codes.entries()) {
    const week = weekOf(row)
    if (week >= 0 && week < weeks) series[store]![week]! += Math.max(0, sales[row]!)
  }
  return series
}
