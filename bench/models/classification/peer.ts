/** The peer's method built again, to be measured on our folds: character pieces and a linear SVM. */
import { fitLines, scoreLines } from '../../../src/models/classification/linear.ts'
import { normal } from '../../../src/models/classification/terms.ts'
import type { SparseRows } from '../../../src/models/classification/vectors.ts'

export interface Text {
  readonly text: string
  readonly class: string
  /** So many products. */
  readonly count: number
}

const sizes = [2, 3, 4, 5]

/** @returns the class of each of `others` */
export function classesByPeer(known: readonly Text[], others: readonly Text[]): string[] {
  const classes = [...new Set(known.map((one) => one.class))].sort()
  const vectorise = createVectoriser(known)
  const lines = fitLines(
    vectorise.rows(known),
    known.map((one) => classes.indexOf(one.class)),
    known.map(({ count }) => count),
    {
      termsCount: vectorise.termsCount,
      classesCount: classes.length,
      cost: 1,
      roundsMax: 200,
      seed: 1,
    },
  )
  const scores = scoreLines(lines, classes.length, vectorise.rows(others))
  return others.map((_, row) => {
    const own = scores.subarray(row * classes.length, (row + 1) * classes.length)
    return classes[own.indexOf(Math.max(...own))]!
  })
}

function piecesOf(text: string): string[] {
  const bounded = ` ${normal(text)} `
  return sizes.flatMap((size) =>
    Array.from({ length: Math.max(0, bounded.length - size + 1) }, (_, at) =>
      bounded.slice(at, at + size),
    ),
  )
}

function createVectoriser(known: readonly Text[]) {
  const counts = new Map<string, number>()
  let productsCount = 0
  for (const { text, count } of known) {
    productsCount += count
    for (const piece of new Set(piecesOf(text))) counts.set(piece, (counts.get(piece) ?? 0) + count)
  }
  const places = new Map([...counts.keys()].map((piece, at) => [piece, at]))
  const weights = [...counts.values()].map((n) => 1 + Math.log((1 + productsCount) / (1 + n)))
  const rows = (texts: readonly Text[]): SparseRows => {
    const starts = new Uint32Array(texts.length + 1)
    const [at, values]: [number[], number[]] = [[], []]
    for (const [row, { text }] of texts.entries()) {
      const own = new Map<number, number>()
      for (const piece of piecesOf(text)) {
        const place = places.get(piece)
        if (place !== undefined) own.set(place, (own.get(place) ?? 0) + weights[place]!)
      }
      const length = Math.hypot(...own.values()) || 1
      for (const [place, value] of own) {
        at.push(place)
        values.push(value / length)
      }
      starts[row + 1] = at.length
    }
    return { starts, at: Uint32Array.from(at), values: Float32Array.from(values) }
  }
  return { rows, termsCount: places.size }
}
