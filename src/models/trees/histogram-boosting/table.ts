/** What trees are grown on: columns of numbers and of categories. */
import { Fault } from '../../../base/fault.ts'

export interface Feature {
  readonly name: string
  /** `category`: whole numbers from 0 to 65,535 that only name something. */
  readonly kind: 'number' | 'category'
}

export interface Table {
  readonly features: readonly Feature[]
  /** One a feature, of one length; NaN is missing. Read as Float32. */
  readonly columns: readonly ArrayLike<number>[]
}

export interface LabelledTable extends Table {
  readonly labels: ArrayLike<number>
  /** Above 0; all 1 where left out. */
  readonly weights?: ArrayLike<number>
}

export const categoryMax = 65_535

export function rowsCountOf({ columns }: Table): number {
  return columns[0]?.length ?? 0
}

/** @throws Fault model_input_malformed naming the column */
export function checkTable(table: Table): void {
  const { features, columns } = table
  if (features.length === 0 || features.length > 4096) refuse('features', '1 to 4,096 features')
  if (columns.length !== features.length) refuse('columns', `${features.length} columns`)
  const rowsCount = rowsCountOf(table)
  for (const [at, { name, kind }] of features.entries()) {
    const column = columns[at]!
    if (column.length !== rowsCount) refuse(name, `${rowsCount} rows`)
    if (kind === 'category')
      for (let row = 0; row < rowsCount; row += 1) {
        const code = column[row]!
        if (!Number.isNaN(code) && !(code >= 0 && code <= categoryMax && code % 1 === 0))
          refuse(`${name}, row ${row}`, `a whole number from 0 to ${categoryMax}, or NaN`)
      }
  }
}

/** @throws Fault model_input_malformed naming the row */
export function checkLabels({ labels, weights, ...table }: LabelledTable): void {
  const rowsCount = rowsCountOf(table)
  if (rowsCount === 0) refuse('rows', 'at least one row')
  if (labels.length !== rowsCount) refuse('labels', `${rowsCount} labels`)
  if (weights !== undefined && weights.length !== rowsCount)
    refuse('weights', `${rowsCount} weights`)
  for (let row = 0; row < rowsCount; row += 1) {
    if (!Number.isFinite(labels[row])) refuse(`labels, row ${row}`, 'a finite number')
    if (weights !== undefined && !(weights[row]! > 0 && Number.isFinite(weights[row])))
      refuse(`weights, row ${row}`, 'a finite number above 0')
  }
}

export function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
