/**
 * Terms as sparse vectors: how telling a term is (inverse document frequency), each kind of term and
 * then the whole of length one, so that a long name counts no more than a short one.
 */
import { z } from 'zod'
import { float32s } from '../packed.ts'
import { type Item, termsOf } from './terms.ts'

export const Vocabulary = z.strictObject({
  terms: z.array(z.string()).max(500_000),
  /** One a term. */
  weights: float32s,
})
export type Vocabulary = z.output<typeof Vocabulary>

/** Rows behind each other: terms `at[starts[row]]` to `at[starts[row + 1]]`. */
export interface SparseRows {
  readonly starts: Uint32Array
  readonly at: Uint32Array
  readonly values: Float32Array
}

/** @param itemsMin a term in fewer items is left out */
export function buildVocabulary(
  items: readonly Item[],
  itemsMin: number,
  termsMax: number,
): Vocabulary {
  const counts = new Map<string, number>()
  for (const item of items)
    for (const term of termsOf(item)) counts.set(term, (counts.get(term) ?? 0) + 1)
  const kept = [...counts]
    .filter(([, count]) => count >= itemsMin)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, termsMax)
  return {
    terms: kept.map(([term]) => term),
    weights: Float32Array.from(kept, ([, count]) => 1 + Math.log((1 + items.length) / (1 + count))),
  }
}

export type Vectoriser = (items: readonly Item[]) => SparseRows

/** Fields beside the text count for so much of a vector. */
const fieldShare = 0.5

export function createVectoriser({ terms, weights }: Vocabulary): Vectoriser {
  const places = new Map(terms.map((term, place) => [term, place]))
  return (items) => {
    const starts = new Uint32Array(items.length + 1)
    const at: number[] = []
    const values: number[] = []
    for (const [row, item] of items.entries()) {
      const from = at.length
      const squares = { text: 0, fields: 0 }
      for (const term of termsOf(item)) {
        const place = places.get(term)
        if (place === undefined) continue
        at.push(place)
        values.push(weights[place]!)
        squares[term.startsWith('f:') ? 'fields' : 'text'] += weights[place]! ** 2
      }
      for (let own = from; own < at.length; own += 1) {
        const isField = terms[at[own]!]!.startsWith('f:')
        const length = Math.sqrt(isField ? squares.fields : squares.text)
        values[own] = (values[own]! / length) * (isField ? fieldShare : 1)
      }
      starts[row + 1] = at.length
    }
    return { starts, at: Uint32Array.from(at), values: Float32Array.from(values) }
  }
}
