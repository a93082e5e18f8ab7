/** Below a vendor's minimum: what runs out first is bought earlier, or the order waits. */
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface WaitingLine {
  readonly id: string
  /** Of what is due now. */
  readonly dueValue: number
  /** Of the next pack bought ahead of its time. */
  readonly packValue: number
  readonly runOutPeriods: number
  /** Of keeping that pack until it would have been bought anyway. */
  readonly holdingCost: number
  /** Chance of running out if the whole order waits for the next window. */
  readonly stockOutChanceIfLate: number
  readonly packsMax: number
}

export type MinimumPlan =
  | { readonly outcome: 'order'; readonly extraPacks: ReadonlyMap<string, number> }
  | { readonly outcome: 'pay_fee' }
  | { readonly outcome: 'wait' }

/**
 * @param fee that an order below the minimum costs; infinite where it is refused
 * @param stockOutChanceMax what any line may risk by waiting
 */
export function meetMinimum(
  lines: readonly WaitingLine[],
  minimumValue: number,
  fee: number,
  stockOutChanceMax: number,
): MinimumPlan {
  if (!(minimumValue >= 0)) refuse('minimumValue', 'at least 0')
  if (!(fee >= 0)) refuse('fee', 'at least 0')
  let value = lines.reduce((sum, { dueValue }) => sum + dueValue, 0)
  const extraPacks = new Map<string, number>()
  if (value >= minimumValue) return { outcome: 'order', extraPacks }
  const canWait = lines.every((line) => line.stockOutChanceIfLate <= stockOutChanceMax)
  let holding = 0
  const queue = lines
    .filter(({ packsMax, packValue }) => packsMax > 0 && packValue > 0)
    .map((line) => ({ line, packs: 0, runOut: line.runOutPeriods }))
  while (value < minimumValue) {
    const open = queue.filter(({ line, packs }) => packs < line.packsMax)
    if (open.length === 0) break
    const next = open.reduce((a, b) => (b.runOut < a.runOut ? b : a))
    next.packs += 1
    // Each pack moves the run-out away by as much as the first took.
    next.runOut += Math.max(next.line.runOutPeriods, 1)
    value += next.line.packValue
    // Later packs are kept longer.
    holding += next.line.holdingCost * next.packs
    extraPacks.set(next.line.id, next.packs)
  }
  if (value >= minimumValue && holding <= fee) return { outcome: 'order', extraPacks }
  if (canWait) return { outcome: 'wait' }
  return Number.isFinite(fee) ? { outcome: 'pay_fee' } : { outcome: 'order', extraPacks }
}
