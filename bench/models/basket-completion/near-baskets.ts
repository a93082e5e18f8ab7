/** Baskets by vectors: what the nearest ones hold, and what an exact search takes. */
import { best } from '../../../src/models/next-offer/baskets.ts'
import { basketVector, itemVectors, nearestRows } from '../../../src/models/next-offer/vectors.ts'
import type { EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'

type Basket = readonly number[]

const dimensions = 32
const neighboursCount = 300

export function byNearBaskets(baskets: readonly Basket[], itemsCount: number) {
  const { vectors, rows } = embed(baskets, itemsCount)
  const popular = new Float64Array(itemsCount)
  for (const basket of baskets) for (const item of basket) popular[item]! += 1 / baskets.length
  return (basket: Basket) => {
    // A share of popularity too small to turn anything gives every item a place.
    const scores = popular.map((share) => share * 1e-3 + 1e-9)
    const query = basketVector(vectors, dimensions, basket)
    for (const { item: row, score } of nearestRows(rows, query, neighboursCount))
      for (const item of baskets[row]!) scores[item]! += Math.max(0, score) / neighboursCount
    return best(scores, itemsCount, (item) => basket.includes(item))
  }
}

function embed(baskets: readonly Basket[], itemsCount: number) {
  const vectors = itemVectors(baskets, itemsCount, { dimensions })
  const rows = new Float32Array(baskets.length * dimensions)
  for (const [at, basket] of baskets.entries())
    rows.set(basketVector(vectors, dimensions, basket), at * dimensions)
  return { vectors, rows }
}

export async function searchRow(
  baskets: readonly Basket[],
  itemsCount: number,
): Promise<EvaluationRow> {
  const { rows } = embed(baskets, itemsCount)
  const queries = Array.from({ length: 500 }, (_, at) =>
    rows.slice(at * dimensions, (at + 1) * dimensions),
  )
  const { seconds } = await timed(
    () => queries.reduce((sum, query) => sum + nearestRows(rows, query, 10)[0]!.score, 0),
    { runs: 5 },
  )
  return {
    dataset: `Groceries, ${baskets.length} baskets`,
    method: 'exact vector search',
    metric: 'ten nearest baskets (milliseconds)',
    better: 'lower',
    ours: (seconds / queries.length) * 1000,
    seconds,
    note: `by scanning all ${baskets.length} vectors of ${dimensions} numbers, so nothing is missed; it grows with their number.`,
  }
}
