/** The order in which edges are taken, and the pairs that people have parted. */
import { refuseInput } from '../inputs.ts'
import type { Edge } from './score.ts'

/** Pairs of records, by place, that a person said are two people. */
export type Apart = readonly (readonly [number, number])[]

/** @throws Fault model_input_malformed naming the first that is no pair of records */
export function checkApart(apart: Apart, recordsCount: number): void {
  for (const [at, [left, right]] of apart.entries())
    if (left === right || !isRecord(left, recordsCount) || !isRecord(right, recordsCount))
      refuseInput(`apart.${at}`, `two different records below ${recordsCount}`)
}

export function isRecord(at: number, recordsCount: number): boolean {
  return Number.isInteger(at) && at >= 0 && at < recordsCount
}

/** The surest first; ties by what the records hold, so that no order of them matters. */
export function inOrder(edges: readonly Edge[], bitsMin: number, keys?: Float64Array): Edge[] {
  const lower = ({ left, right }: Edge) => Math.min(keys?.[left] ?? 0, keys?.[right] ?? 0)
  const upper = ({ left, right }: Edge) => Math.max(keys?.[left] ?? 0, keys?.[right] ?? 0)
  return edges
    .filter(({ bits }) => bits >= bitsMin)
    .sort(
      (one, other) =>
        other.bits - one.bits ||
        lower(one) - lower(other) ||
        upper(one) - upper(other) ||
        one.left - other.left ||
        one.right - other.right,
    )
}
