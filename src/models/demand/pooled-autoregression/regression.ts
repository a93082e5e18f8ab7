/** Coefficients of lags, for each step ahead: of all series together, and of one pulled to them. */
import { cholesky, solveCholesky } from '../../math/linear-algebra.ts'
import type { Moments } from './moments.ts'

/** `[step * lagsCount + lag]` */
export type Coefficients = Float64Array

/** Means over the rows of each series, summed: a long series counts as much as a short one. */
export function createPool(lagsCount: number, horizon: number) {
  const gram = new Float64Array(lagsCount * lagsCount)
  const cross = new Float64Array(horizon * lagsCount)
  let seriesCount = 0
  return {
    add(own: Moments): void {
      if (own.rows === 0) return
      seriesCount += 1
      for (const [at, value] of own.gram.entries()) gram[at]! += value / own.rows
      for (const [at, value] of own.cross.entries()) cross[at]! += value / own.rows
    },
    /** Ridge regression; 0 where there is no row. @param penalty on the mean of a series */
    solve(penalty: number): Coefficients {
      if (seriesCount === 0) return new Float64Array(cross.length)
      return solveEach({ gram, cross }, penalty * seriesCount, lagsCount)
    },
  }
}

/** @param ownRows the shared coefficients count as so many rows of the series' own */
export function pulledTo(
  shared: Coefficients,
  { rows, gram, cross }: Moments,
  ownRows: number,
  lagsCount: number,
): Coefficients {
  if (rows === 0) return shared
  const rest = cross.slice()
  for (let step = 0; step < cross.length / lagsCount; step += 1) {
    const start = step * lagsCount
    for (let lag = 0; lag < lagsCount; lag += 1)
      for (let other = 0; other < lagsCount; other += 1) {
        const [low, high] = other <= lag ? [other, lag] : [lag, other]
        rest[start + lag]! -= gram[high * lagsCount + low]! * shared[start + other]!
      }
  }
  const own = solveEach({ gram, cross: rest }, ownRows, lagsCount)
  return own.map((value, at) => value + shared[at]!)
}

function solveEach(
  { gram, cross }: Pick<Moments, 'gram' | 'cross'>,
  penalty: number,
  lagsCount: number,
): Coefficients {
  const held = gram.slice()
  for (let lag = 0; lag < lagsCount; lag += 1) held[lag * lagsCount + lag]! += penalty
  const lower = cholesky({ rows: lagsCount, columns: lagsCount, values: held })
  const found = new Float64Array(cross.length)
  for (let start = 0; start < cross.length; start += lagsCount)
    found.set(solveCholesky(lower, cross.subarray(start, start + lagsCount)), start)
  return found
}
