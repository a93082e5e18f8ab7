/**
 * Two files of which each holds a person once: the surest pair first, and each record in one pair at
 * most. No two records are left that would both rather have each other.
 */
import { type Apart, checkApart, inOrder } from './order.ts'
import type { Edge } from './score.ts'

export interface MatchRules {
  readonly bitsMin: number
  /** Columns of identities, -1 missing: records that differ in one are never a pair. */
  readonly identities?: readonly Int32Array[]
  readonly apart?: Apart
  readonly keys?: Float64Array
}

/**
 * @param firstCount records of the first file; those of the second come after, in edges too
 * @returns of each record of the first file its place in the second, -1 where there is none
 * @throws Fault model_input_malformed
 */
export function matchEdges(
  firstCount: number,
  secondCount: number,
  edges: readonly Edge[],
  { bitsMin, identities = [], apart = [], keys }: MatchRules,
): Int32Array {
  const recordsCount = firstCount + secondCount
  checkApart(apart, recordsCount)
  const parted = new Set(
    apart.map(([one, other]) => Math.min(one, other) * recordsCount + Math.max(one, other)),
  )
  const matches = new Int32Array(firstCount).fill(-1)
  const isTaken = new Uint8Array(secondCount)
  for (const { left, right } of inOrder(edges, bitsMin, keys)) {
    const place = right - firstCount
    if (matches[left]! >= 0 || isTaken[place] === 1) continue
    if (parted.has(left * recordsCount + right)) continue
    const isConflict = identities.some((column) => {
      const [one, other] = [column[left]!, column[right]!]
      return one >= 0 && other >= 0 && one !== other
    })
    if (isConflict) continue
    matches[left] = place
    isTaken[place] = 1
  }
  return matches
}
