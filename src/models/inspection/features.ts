/** One report as numbers: how far it is from what is usual for its product and its seller. */
import type { Feature, Table } from '../trees/histogram-boosting/table.ts'
import {
  type Habits,
  logOf,
  logPrice,
  placeOnLadder,
  productFields,
  sellerFields,
} from './habits.ts'
import type { Reports } from './reports.ts'

export const featureNames = [
  'price_distance',
  'price_score',
  'price_score_size',
  'price_place',
  'price',
  'quantity_score',
  'value_score',
  'quantity',
  'value',
  'product_reports',
  'product_price',
  'product_price_spread',
  'seller_reports',
  'seller_distance',
  'seller_striking',
  'missing',
] as const

const features: readonly Feature[] = featureNames.map((name) => ({ name, kind: 'number' }))

export function tableOf(reports: Reports, habits: Habits): Table {
  const count = reports.sellers.length
  const columns = featureNames.map(() => new Float32Array(count))
  const products = new Map(habits.products.map((name, at) => [name, at]))
  const sellers = new Map(habits.sellers.map((name, at) => [name, at]))
  for (let row = 0; row < count; row += 1) {
    const product = products.get(reports.products[row]!)
    const seller = sellers.get(reports.sellers[row]!)
    const own = rowOf(reports, row, habits, product, seller)
    for (const [at, value] of own.entries()) columns[at]![row] = value
  }
  return { features, columns }
}

/** A product or seller without habits leaves its figures missing. */
function rowOf(
  reports: Reports,
  row: number,
  habits: Habits,
  product: number | undefined,
  seller: number | undefined,
): number[] {
  const figure = (at: number) =>
    product === undefined ? Number.NaN : habits.productFigures[product * productFields.length + at]!
  const sellerFigure = (at: number) =>
    seller === undefined ? Number.NaN : habits.sellerFigures[seller * sellerFields.length + at]!
  const [price, quantity, value] = [
    logPrice(reports, row),
    logOf(reports.quantities[row]!),
    logOf(reports.values[row]!),
  ]
  const distance = price - figure(1)
  const isMissing = Number.isNaN(quantity) || Number.isNaN(value)
  return [
    distance,
    distance / figure(2),
    Math.abs(distance / figure(2)),
    product === undefined ? Number.NaN : placeOnLadder(habits, product, price),
    price,
    (quantity - figure(3)) / figure(4),
    (value - figure(5)) / figure(6),
    quantity,
    value,
    figure(0),
    figure(1),
    figure(2),
    sellerFigure(0),
    sellerFigure(1),
    sellerFigure(2),
    isMissing ? 1 : 0,
  ]
}
