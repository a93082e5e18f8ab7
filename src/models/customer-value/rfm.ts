/** Recency, frequency, money: a fifth of the customers in each score, 5 the best. */

export interface RfmInput {
  /** Smaller is better. */
  readonly daysSinceLast: ArrayLike<number>
  readonly purchases: ArrayLike<number>
  readonly marginMinor: ArrayLike<number>
}

export interface RfmScores {
  readonly recency: Uint8Array
  readonly frequency: Uint8Array
  readonly money: Uint8Array
}

/** Ties go by margin, then by place, so that the same customers give the same scores. */
export function rfmScores({ daysSinceLast, purchases, marginMinor }: RfmInput): RfmScores {
  return {
    recency: fifths(daysSinceLast, marginMinor, -1),
    frequency: fifths(purchases, marginMinor, 1),
    money: fifths(marginMinor, marginMinor, 1),
  }
}

function fifths(values: ArrayLike<number>, margin: ArrayLike<number>, sign: 1 | -1): Uint8Array {
  const order = Array.from({ length: values.length }, (_, at) => at).sort(
    (left, right) =>
      sign * (values[left]! - values[right]!) || margin[left]! - margin[right]! || left - right,
  )
  const scores = new Uint8Array(values.length)
  for (const [rank, at] of order.entries()) scores[at] = 1 + Math.floor((5 * rank) / order.length)
  return scores
}
