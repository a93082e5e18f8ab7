/** Too little for all: packs go one at a time to the store where the next one earns most. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import type { ProtectionDemand } from './protection.ts'

export interface Claim {
  readonly positionUnits: number
  readonly demand: ProtectionDemand
  /** Lost with a unit that is missing. */
  readonly underageCost: number
  /** Packs that the store would order if there were enough. */
  readonly packsMax: number
}

const packsTotalMax = 1_000_000

/**
 * Best, not only good: what a store gains from one more pack falls with each pack that it has.
 * @returns packs of each claim
 */
export function shareScarce(
  claims: readonly Claim[],
  packsCount: number,
  packUnits: number,
): Int32Array {
  if (!(Number.isInteger(packsCount) && packsCount >= 0 && packsCount <= packsTotalMax))
    refuse('packsCount', `0 to ${packsTotalMax}`)
  if (!(packUnits > 0)) refuse('packUnits', 'above 0')
  const packs = new Int32Array(claims.length)
  const gains = Float64Array.from(claims, (claim) => packGain(claim, 0, packUnits))
  for (let given = 0; given < packsCount; given += 1) {
    let best = -1
    for (let at = 0; at < gains.length; at += 1)
      if (packs[at]! < claims[at]!.packsMax && gains[at]! > 0 && gains[at]! > (gains[best] ?? 0))
        best = at
    if (best < 0) break
    packs[best]! += 1
    gains[best] = packGain(claims[best]!, packs[best]!, packUnits)
  }
  return packs
}

/** Mean units of the next pack that would be sold, times what each is worth. */
export function packGain(claim: Claim, packsHeld: number, packUnits: number): number {
  const { positionUnits, demand, underageCost } = claim
  const from = positionUnits + packsHeld * packUnits
  let sold = 0
  for (let unit = 0; unit < packUnits; unit += 1) sold += 1 - demand.cdf(Math.floor(from + unit))
  return underageCost * sold
}
