/** How sure not to run out: by what a missing and a left-over unit cost, or by a wanted fill rate. */
import { normalDensity, normalQuantile, normalUpperTail } from '../math/normal.ts'
import { bisect } from '../math/optimise.ts'
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface UnitCosts {
  /** Lost with a unit that is missing. */
  readonly margin: number
  /** 0 to 1: share of customers who take something else instead. */
  readonly substitution: number
  /** What annoyance costs on top. */
  readonly goodwill: number
  /** Of keeping a unit for one cycle. */
  readonly holding: number
  readonly unitCost: number
  /** Chance that a left-over unit spoils. */
  readonly wasteChance: number
}

/** @throws Fault model_input_malformed */
export function criticalRatio(costs: UnitCosts): number {
  for (const [field, value] of Object.entries(costs))
    if (!(value >= 0 && Number.isFinite(value))) refuse(field, 'at least 0')
  if (costs.substitution > 1) refuse('substitution', '0 to 1')
  if (costs.wasteChance > 1) refuse('wasteChance', '0 to 1')
  const under = costs.margin * (1 - costs.substitution) + costs.goodwill
  const over = costs.holding + costs.unitCost * costs.wasteChance
  return under + over === 0 ? 0.5 : under / (under + over)
}

/** Where costs are not known. */
export const serviceByClass = { a: 0.98, b: 0.95, c: 0.9 } as const

/** Standard normal loss: mean units missing beyond k deviations. */
export function normalLoss(k: number): number {
  return normalDensity(k) - k * normalUpperTail(k)
}

/** Deviations of safety stock at which `fillRate` of units is met from the shelf. */
export function fillRateFactor(fillRate: number, orderUnits: number, deviation: number): number {
  if (!(fillRate > 0 && fillRate < 1)) refuse('fillRate', 'above 0, below 1')
  if (!(orderUnits > 0 && deviation > 0)) refuse('orderUnits, deviation', 'above 0')
  const allowed = ((1 - fillRate) * orderUnits) / deviation
  return bisect((k) => normalLoss(k) - allowed, -Math.max(10, allowed + 1), 10)
}

/** The textbook's safety stock, to explain with: demand and lead time both vary. */
export function safetyStock(demand: {
  readonly serviceRatio: number
  readonly meanUnits: number
  readonly deviationUnits: number
  readonly leadTime: number
  readonly leadTimeDeviation: number
}): number {
  const { serviceRatio, meanUnits, deviationUnits, leadTime, leadTimeDeviation } = demand
  return (
    normalQuantile(serviceRatio) *
    Math.sqrt(leadTime * deviationUnits ** 2 + (meanUnits * leadTimeDeviation) ** 2)
  )
}
