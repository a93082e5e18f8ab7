/** Uncertainty from errors that were made: quantiles of log(came / forecast) by band of volume. */
import { z } from 'zod'
import { float64s } from '../packed.ts'

/** Quantiles are kept at these many equal steps, ends included. */
const gridCount = 101
const bandRowsMin = 60
const bandsMax = 4

export const ResidualBands = z
  .strictObject({
    /** Forecasts at or below `edges[k]` are of band k; the last band has no edge. */
    edges: float64s,
    /** By band: `gridCount` quantiles of the logarithm of what came over what was forecast. */
    grid: float64s,
  })
  .refine(({ edges, grid }) => grid.length === (edges.length + 1) * gridCount, {
    error: `${gridCount} quantiles for each band`,
  })
export type ResidualBands = z.output<typeof ResidualBands>

/**
 * @param logRatios of what came over what was forecast, both with the offset; finite
 * @param bandsMost 1 for errors that do not go by volume
 */
export function residualBands(
  forecasts: ArrayLike<number>,
  logRatios: ArrayLike<number>,
  bandsMost = bandsMax,
): ResidualBands {
  const order = Array.from(forecasts, (_, at) => at).sort((a, b) => forecasts[a]! - forecasts[b]!)
  const bands = Math.max(1, Math.min(bandsMost, Math.floor(order.length / bandRowsMin)))
  const edges: number[] = []
  const grid = new Float64Array(bands * gridCount)
  for (let band = 0; band < bands; band += 1) {
    const from = Math.floor((band * order.length) / bands)
    const to = Math.floor(((band + 1) * order.length) / bands)
    const sorted = Float64Array.from(order.slice(from, to), (at) => logRatios[at]!).sort()
    if (band > 0) edges.push(forecasts[order[from]!]!)
    for (let step = 0; step < gridCount; step += 1)
      grid[band * gridCount + step] = outward(sorted, step / (gridCount - 1))
  }
  return { edges: Float64Array.from(edges), grid }
}

export interface Errors {
  readonly forecasts: readonly number[]
  readonly logRatios: readonly number[]
}

/** Of errors at several origins. An inner band of this ratio is made to hold on origins left out. */
const heldRatio = 0.8
const widerMax = 2

/**
 * Errors at one origin are alike: all too high, or all too low. So each origin's errors are set against
 * the bands of the others, and the bands of all are widened until they hold there too.
 */
export function conformalBands(origins: readonly Errors[]): ResidualBands {
  const together = (parts: readonly Errors[]) =>
    residualBands(
      parts.flatMap(({ forecasts }) => forecasts),
      parts.flatMap(({ logRatios }) => logRatios),
    )
  const bands = together(origins)
  const known = origins.filter(({ logRatios }) => logRatios.length > 0)
  if (known.length < 2) return bands
  const wanted = known.flatMap((own) => {
    const others = together(known.filter((one) => one !== own))
    return own.logRatios.map((logRatio, at) => {
      const end = logRatio < 0 ? (1 - heldRatio) / 2 : (1 + heldRatio) / 2
      const edge = residualQuantile(others, own.forecasts[at]!, end)
      return logRatio === 0 ? 0 : edge / logRatio > 0 ? logRatio / edge : Number.POSITIVE_INFINITY
    })
  })
  wanted.sort((a, b) => a - b)
  const held = wanted[Math.min(wanted.length - 1, Math.ceil(heldRatio * (wanted.length + 1)) - 1)]!
  const wider = Math.min(widerMax, Math.max(1, held))
  return { edges: bands.edges, grid: bands.grid.map((value) => value * wider) }
}

/** The order statistic just outside: with n errors seen, the next is past the k-th by (k / n + 1). */
function outward(sorted: Float64Array, ratio: number): number {
  if (sorted.length === 0) return 0
  const at = ratio * (sorted.length + 1) - 1
  const low = Math.min(sorted.length - 1, Math.max(0, Math.floor(at)))
  const high = Math.min(sorted.length - 1, Math.max(0, Math.ceil(at)))
  return (
    sorted[low]! + (Math.max(0, at) - Math.floor(Math.max(0, at))) * (sorted[high]! - sorted[low]!)
  )
}

/** Logarithm to add to that of a forecast for its quantile `ratio`. */
export function residualQuantile(bands: ResidualBands, forecast: number, ratio: number): number {
  let band = 0
  while (band < bands.edges.length && forecast >= bands.edges[band]!) band += 1
  const at = Math.min(1, Math.max(0, ratio)) * (gridCount - 1)
  const low = Math.floor(at)
  const high = Math.min(gridCount - 1, low + 1)
  const start = band * gridCount
  const [below, above] = [bands.grid[start + low]!, bands.grid[start + high]!]
  return below + (at - low) * (above - below)
}
