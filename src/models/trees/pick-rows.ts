/** Some rows of a table, in the order given. */
import type { LabelledTable } from './histogram-boosting/table.ts'

export function pickRows(table: LabelledTable, rows: readonly number[]): LabelledTable {
  const pick = (values: ArrayLike<number>) => Float32Array.from(rows, (row) => values[row]!)
  return {
    features: table.features,
    columns: table.columns.map(pick),
    labels: pick(table.labels),
    ...(table.weights !== undefined && { weights: pick(table.weights) }),
  }
}
