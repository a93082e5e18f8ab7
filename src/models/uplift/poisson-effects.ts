/**
 * Levels of stores and of periods, concentrated out: each is what makes its own total right, given the
 * others, so that going round (iterative proportional fitting) climbs the likelihood to its top and no
 * level is ever written down.
 */
import type { Panel } from './panel.ts'

/** Stores and periods in which anything was sold; by store, then period. */
export interface Cells {
  readonly sales: Float64Array
  /** 0 where the cell does not count. */
  readonly counts: Uint8Array
  /** One a store. */
  readonly isTreated: Uint8Array
  /** One a period. */
  readonly isSince: Uint8Array
}

export interface Fitted {
  /** 1 + lift. */
  readonly ratio: number
  readonly expected: Float64Array
}

/** What sold nothing at all, or nothing that counts, says nothing of a ratio: it is left out. */
export function cellsOf(
  { series, treated, startsAt, counted }: Panel,
  controls: readonly number[],
): Cells {
  const soldAt = (store: number, period: number) =>
    (counted?.[store]?.[period] ?? 1) * series[store]![period]!
  const all = Array.from(series[0]!, (_, period) => period)
  const stores = [...treated, ...controls].filter((store) =>
    all.some((period) => soldAt(store, period) > 0),
  )
  const periods = all.filter((period) => stores.some((store) => soldAt(store, period) > 0))
  const sales = new Float64Array(stores.length * periods.length)
  const counts = new Uint8Array(sales.length)
  for (const [place, store] of stores.entries())
    for (const [at, period] of periods.entries()) {
      sales[place * periods.length + at] = soldAt(store, period)
      counts[place * periods.length + at] = counted?.[store]?.[period] ?? 1
    }
  const isTreated = new Set(treated)
  return {
    sales,
    counts,
    isTreated: Uint8Array.from(stores, (store) => (isTreated.has(store) ? 1 : 0)),
    isSince: Uint8Array.from(periods, (period) => (period >= startsAt ? 1 : 0)),
  }
}

const roundsMax = 3000
/** Relative: totals that are this near are right. */
const near = 1e-11

/** @returns `undefined` where totals had not come to rest after so many rounds */
export function fitEffects(cells: Cells): Fitted | undefined {
  const { sales, counts } = cells
  const sides = sidesOf(cells)
  const expected = Float64Array.from(counts)
  let ratio = 1
  for (let round = 0; round < roundsMax; round += 1) {
    let moved = 0
    for (const { of, totals } of sides) {
      const sums = sumsOf(expected, of, totals.length)
      const factors = totals.map((total, at) => total / sums[at]!)
      for (let at = 0; at < sales.length; at += 1)
        if (of[at]! < none) expected[at]! *= factors[of[at]!]!
      for (const factor of factors) moved = Math.max(moved, Math.abs(factor - 1))
      if (of === sides[2]!.of) ratio *= factors[0]!
    }
    if (!Number.isFinite(moved)) return undefined
    if (moved < near) return { ratio, expected }
  }
  return undefined
}

/**
 * What of the promotion no level of a store or a period explains, weighted by what is expected.
 * @returns `undefined` where it had not come to rest after so many rounds
 */
export function residualsOf(cells: Cells, { expected }: Fitted): Float64Array | undefined {
  const [stores, periods, lifted] = sidesOf(cells)
  const residual = Float64Array.from(lifted.of, (one) => (one < none ? 1 : 0))
  for (let round = 0; round < roundsMax; round += 1) {
    let moved = 0
    for (const { of, totals } of [stores, periods]) {
      const weights = sumsOf(expected, of, totals.length)
      const sums = sumsOf(
        residual.map((value, at) => value * expected[at]!),
        of,
        totals.length,
      )
      const means = sums.map((sum, at) => sum / weights[at]!)
      for (let at = 0; at < residual.length; at += 1) residual[at]! -= means[of[at]!]!
      for (const mean of means) moved = Math.max(moved, Math.abs(mean))
    }
    if (!Number.isFinite(moved)) return undefined
    if (moved < near) return residual
  }
  return undefined
}

interface Side {
  /** By cell: the place of its total, or `none`. */
  readonly of: Uint32Array
  readonly totals: Float64Array
}

const none = 0xffffffff

/** Of stores, of periods, and of the promotion alone. */
function sidesOf({ sales, isTreated, isSince }: Cells): readonly [Side, Side, Side] {
  const periods = isSince.length
  const side = (count: number, placeOf: (store: number, period: number) => number): Side => {
    const of = Uint32Array.from(sales, (_, at) => placeOf(Math.floor(at / periods), at % periods))
    return { of, totals: sumsOf(sales, of, count) }
  }
  return [
    side(isTreated.length, (store) => store),
    side(periods, (_, period) => period),
    side(1, (store, period) => (isTreated[store] === 1 && isSince[period] === 1 ? 0 : none)),
  ]
}

function sumsOf(values: Float64Array, of: Uint32Array, count: number): Float64Array {
  const sums = new Float64Array(count)
  for (let at = 0; at < values.length; at += 1) if (of[at]! < none) sums[of[at]!]! += values[at]!
  return sums
}
