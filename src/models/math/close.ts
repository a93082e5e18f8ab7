/** For tests of numbers: near enough, relative to what is wanted. */
import { ok } from 'node:assert/strict'

export function close(found: number, wanted: number, tolerance = 1e-12): void {
  const allowed = tolerance * Math.max(Math.abs(wanted), Number.MIN_VALUE)
  ok(
    Object.is(found, wanted) || found === wanted || Math.abs(found - wanted) <= allowed,
    `${found} for ${wanted}`,
  )
}
