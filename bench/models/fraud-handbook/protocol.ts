/**
 * The handbook's protocol: train on a week, wait a week for labels, test on the next; cards that are
 * known to be stolen by then are not judged again (chapter 5, `get_train_test_set`).
 */
import type { Payments } from './data.ts'

export interface Fold {
  readonly train: Int32Array
  readonly test: Int32Array
}

/**
 * @param testDay first day of the test week
 * @param trainDays how far back the training rows go from a week before the test
 */
export function foldAt(payments: Payments, testDay: number, trainDays: number): Fold {
  const { day, customer, isFraud, rowsCount } = payments
  const knownUntil = testDay - 7
  const train: number[] = []
  const test: number[] = []
  const defrauded = new Map<number, number>()
  for (let row = 0; row < rowsCount; row += 1) {
    const own = day[row]!
    if (own >= knownUntil - trainDays && own < knownUntil) train.push(row)
    // Since the beginning of the handbook's own training week, first fraud by card.
    if (own >= testDay - 14 && own < testDay && isFraud[row] === 1)
      if (!defrauded.has(customer[row]!)) defrauded.set(customer[row]!, own)
    if (own < testDay || own >= testDay + 7) continue
    const since = defrauded.get(customer[row]!)
    if (since === undefined || since >= own - 7) test.push(row)
  }
  return { train: Int32Array.from(train), test: Int32Array.from(test) }
}

/**
 * Of the hundred cards with the highest score each day, the share that had a fraud; a card that was
 * found is not looked at again. Mean over days.
 */
export function cardPrecision(
  payments: Payments,
  rows: Int32Array,
  scores: ArrayLike<number>,
  cardsCount = 100,
): number {
  const byDay = Map.groupBy(rows.keys(), (at) => payments.day[rows[at]!]!)
  const found = new Set<number>()
  let total = 0
  for (const day of [...byDay.keys()].sort((a, b) => a - b)) {
    const cards = new Map<number, { score: number; isFraud: boolean }>()
    for (const at of byDay.get(day) ?? []) {
      const card = payments.customer[rows[at]!]!
      if (found.has(card)) continue
      const seen = cards.get(card)
      const isFraud = payments.isFraud[rows[at]!] === 1
      if (seen === undefined) cards.set(card, { score: scores[at]!, isFraud })
      else {
        seen.score = Math.max(seen.score, scores[at]!)
        seen.isFraud ||= isFraud
      }
    }
    const top = [...cards].sort(([, a], [, b]) => b.score - a.score).slice(0, cardsCount)
    for (const [card, { isFraud }] of top) if (isFraud) found.add(card)
    total += top.filter(([, { isFraud }]) => isFraud).length / cardsCount
  }
  return total / byDay.size
}
