/** What is usual for each product and each seller: learned from all reports, inspected or not. */
import { z } from 'zod'
import { median, quantileOfSorted, robustScale } from '../math/statistics.ts'
import { float64s } from '../packed.ts'
import type { Reports } from './reports.ts'

const quantilesCount = 33

/** By name of a product: logs of unit price, quantity and value, their spreads, and a price ladder. */
export const Habits = z.strictObject({
  products: z.array(z.string()),
  /** `fields` numbers a product. */
  productFigures: float64s,
  /** 33 quantiles of log unit price a product, lowest first. */
  ladders: float64s,
  sellers: z.array(z.string()),
  /** `sellerFields` numbers a seller. */
  sellerFigures: float64s,
})
export type Habits = z.output<typeof Habits>

export const productFields = [
  'count',
  'price',
  'price_spread',
  'quantity',
  'quantity_spread',
  'value',
  'value_spread',
] as const
export const sellerFields = ['count', 'distance', 'striking'] as const

export const logOf = (value: number) => (value > 0 ? Math.log(value) : Number.NaN)

export function learnHabits(reports: Reports): Habits {
  const byProduct = placesOf(reports.products)
  const products = [...byProduct.keys()]
  const productFigures = new Float64Array(products.length * productFields.length)
  const ladders = new Float64Array(products.length * quantilesCount)
  for (const [at, product] of products.entries()) {
    const rows = byProduct.get(product)!
    const quantities = rows.map((row) => logOf(reports.quantities[row]!)).filter(Number.isFinite)
    const values = rows.map((row) => logOf(reports.values[row]!)).filter(Number.isFinite)
    const prices = rows.map((row) => logPrice(reports, row)).filter(Number.isFinite)
    const figures = [rows.length, ...usual(prices), ...usual(quantities), ...usual(values)]
    productFigures.set(figures, at * productFields.length)
    const sorted = Float64Array.from(prices).sort()
    for (let step = 0; step < quantilesCount; step += 1)
      ladders[at * quantilesCount + step] = quantileOfSorted(sorted, step / (quantilesCount - 1))
  }
  const known = { products, productFigures, ladders }
  return { ...known, ...learnSellers(reports, known) }
}

type Products = Pick<Habits, 'products' | 'productFigures' | 'ladders'>

function learnSellers(reports: Reports, known: Products) {
  const places = new Map(known.products.map((name, at) => [name, at]))
  const bySeller = placesOf(reports.sellers)
  const sellers = [...bySeller.keys()]
  const sellerFigures = new Float64Array(sellers.length * sellerFields.length)
  for (const [at, seller] of sellers.entries()) {
    let [distance, striking, count] = [0, 0, 0]
    for (const row of bySeller.get(seller)!) {
      const start = places.get(reports.products[row]!)! * productFields.length
      const spread = known.productFigures[start + 2]!
      const own = Math.abs(logPrice(reports, row) - known.productFigures[start + 1]!) / spread
      if (!Number.isFinite(own)) continue
      count += 1
      distance += Math.min(own, 10)
      if (own > 3.5) striking += 1
    }
    // Two ordinary reports more, so that one report does not make a habit.
    sellerFigures.set([count, (distance + 2) / (count + 2), (striking + 0.1) / (count + 2)], at * 3)
  }
  return { sellers, sellerFigures }
}

export function logPrice({ quantities, values }: Reports, row: number): number {
  return logOf(values[row]!) - logOf(quantities[row]!)
}

/** Where in the product's prices one lies: 0 below all, 1 above all. */
export function placeOnLadder({ ladders }: Products, product: number, price: number): number {
  if (Number.isNaN(price) || Number.isNaN(ladders[product * quantilesCount]!)) return Number.NaN
  let below = 0
  for (let step = 0; step < quantilesCount; step += 1)
    if (ladders[product * quantilesCount + step]! < price) below += 1
  return below / quantilesCount
}

/** Middle and spread; a product whose reports are all alike has a spread of one percent. */
function usual(logs: readonly number[]): [number, number] {
  if (logs.length === 0) return [Number.NaN, Number.NaN]
  return [median(logs), Math.max(robustScale(logs), 0.01)]
}

function placesOf(names: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  for (const [at, name] of names.entries()) {
    const known = places.get(name)
    if (known === undefined) places.set(name, [at])
    else known.push(at)
  }
  return places
}
