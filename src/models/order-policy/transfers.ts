/** Before anything is bought: goods that one store will not need, to one that will run out. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import type { ProtectionDemand } from './protection.ts'

export interface TransferStore {
  readonly positionUnits: number
  readonly demand: ProtectionDemand
  /** Of one unit sold. */
  readonly margin: number
  /** Order-up-to level of one who takes; 0 for a store that only gives. */
  readonly orderUpToUnits: number
  /** Kept by one who gives: the quantile of its demand until its next delivery; infinite: gives none. */
  readonly keepUnits: number
}

export interface Lane {
  readonly from: number
  readonly to: number
  /** Of moving one unit. */
  readonly unitCost: number
  /** Of using the lane at all. */
  readonly fixedCost: number
  readonly arrivesBeforeVendor: boolean
}

export interface Transfer {
  readonly from: number
  readonly to: number
  readonly units: number
  readonly gain: number
}

const unitsMax = 100_000

/**
 * Unit by unit along the lane with the largest gain; a lane whose units do not earn its fixed cost is
 * given back. Recalled, held and nearly expired goods must not be among `positionUnits`.
 */
export function planTransfers(
  stores: readonly TransferStore[],
  lanes: readonly Lane[],
): Transfer[] {
  for (const [at, { from, to }] of lanes.entries())
    if (stores[from] === undefined || stores[to] === undefined || from === to)
      refuse(`lanes, ${at}`, 'two stores')
  let open = lanes.filter(({ arrivesBeforeVendor }) => arrivesBeforeVendor)
  for (;;) {
    const moved = moveUnits(stores, open)
    const poor = moved.filter(({ gain, fixedCost }) => gain <= fixedCost)
    if (poor.length === 0)
      return moved.map(({ from, to, units, gain, fixedCost }) => ({
        from,
        to,
        units,
        gain: gain - fixedCost,
      }))
    // The poorest alone: without it its goods may make another lane worth while.
    const worst = poor.reduce((a, b) => (a.gain - a.fixedCost <= b.gain - b.fixedCost ? a : b))
    open = open.filter((lane) => lane !== worst.lane)
  }
}

function moveUnits(stores: readonly TransferStore[], lanes: readonly Lane[]) {
  const position = Float64Array.from(stores, ({ positionUnits }) => positionUnits)
  const moved = lanes.map((lane) => ({ ...lane, lane, units: 0, gain: 0 }))
  for (let count = 0; count < unitsMax; count += 1) {
    let best: (typeof moved)[number] | undefined
    let bestGain = 0
    for (const lane of moved) {
      const gain = unitGain(stores, position, lane)
      if (gain > bestGain) {
        best = lane
        bestGain = gain
      }
    }
    if (best === undefined) break
    best.units += 1
    best.gain += bestGain
    position[best.from]! -= 1
    position[best.to]! += 1
  }
  return moved.filter(({ units }) => units > 0)
}

/** What a unit earns there that it would not earn here. */
function unitGain(stores: readonly TransferStore[], position: Float64Array, lane: Lane): number {
  const [giver, taker] = [stores[lane.from]!, stores[lane.to]!]
  const [left, has] = [position[lane.from]! - 1, position[lane.to]!]
  if (left < giver.keepUnits || has + 1 > taker.orderUpToUnits) return 0
  const sellsThere = 1 - taker.demand.cdf(Math.floor(has))
  const sellsHere = 1 - giver.demand.cdf(Math.floor(left))
  return taker.margin * sellsThere - giver.margin * sellsHere - lane.unitCost
}
