/** The order policy as a model: what a vendor's past lead times and a class of goods mean for a line. */
import { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { defineModel, type Explanation } from '../model.ts'
import { type DemandAhead, leadTimesOf, protectionDemand } from './protection.ts'
import { type OrderLine, reviewOrder, type StockPosition } from './review-policy.ts'
import { serviceByClass } from './service.ts'

const OrderPolicyParameters = z.strictObject({
  /** Periods between two chances to order. */
  reviewPeriods: z.int().min(1).max(365),
  /** Only so many last orders say how long a vendor takes. */
  leadTimesMax: z.int().min(1).max(10_000).default(200),
})
export type OrderPolicyParameters = z.output<typeof OrderPolicyParameters>

const OrderPolicyArtifact = z.strictObject({
  leadTimes: z
    .array(z.strictObject({ periods: z.int().min(0), chance: z.number().gt(0).max(1) }))
    .min(1),
  reviewPeriods: z.int().min(1),
})
export type OrderPolicyArtifact = z.output<typeof OrderPolicyArtifact>

export interface OrderLineInput {
  readonly stock: StockPosition
  readonly demand: DemandAhead
  /** By `criticalRatio` of costs; left out, what is usual for the class. */
  readonly serviceRatio?: number
  /** A for what sells most; left out, B. */
  readonly goodsClass?: keyof typeof serviceByClass
  /** How many periods an order should last beyond the next delivery. */
  readonly cyclePeriods: number
  readonly packUnits: number
  readonly presentationUnits?: number
  readonly capacityUnits?: number
  /** Left out, 0.3 for A goods, 0.5 for B and C. */
  readonly packResidualMin?: number
}

/**
 * @param leadTimes whole periods from order to shelf of one vendor's past orders, oldest first
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
function fit(
  leadTimes: ArrayLike<number>,
  input: z.input<typeof OrderPolicyParameters>,
): OrderPolicyArtifact {
  const { reviewPeriods, leadTimesMax } = parse(
    OrderPolicyParameters,
    input,
    'model_parameters_malformed',
  )
  return { leadTimes: leadTimesOf(Array.from(leadTimes).slice(-leadTimesMax)), reviewPeriods }
}

/** The order, and with `stockOutChance` how sure it is. @throws Fault model_input_malformed */
function predict(artifact: OrderPolicyArtifact, input: OrderLineInput): OrderLine {
  const { leadTimes, reviewPeriods } = artifact
  const goodsClass = input.goodsClass ?? 'b'
  const demand = protectionDemand(input.demand, leadTimes, reviewPeriods)
  const cycle = (demand.meanUnits / Math.max(1, meanPeriods(artifact))) * input.cyclePeriods
  return reviewOrder(input.stock, demand, {
    serviceRatio: input.serviceRatio ?? serviceByClass[goodsClass],
    cycleUnits: Math.ceil(cycle),
    packUnits: input.packUnits,
    presentationUnits: input.presentationUnits ?? 0,
    capacityUnits: input.capacityUnits ?? Number.POSITIVE_INFINITY,
    packResidualMin: input.packResidualMin ?? (goodsClass === 'a' ? 0.3 : 0.5),
  })
}

function meanPeriods({ leadTimes, reviewPeriods }: OrderPolicyArtifact): number {
  return leadTimes.reduce((sum, { periods, chance }) => sum + periods * chance, reviewPeriods)
}

const says: Record<keyof OrderLine['parts'], (units: string) => string> = {
  demandUnits: (units) => `${units} are expected to sell before the next order can arrive.`,
  safetyUnits: (units) => `${units} guard against selling more and against late deliveries.`,
  presentationUnits: (units) => `${units} make the shelf look full.`,
  cycleUnits: (units) => `${units} last until the order after that.`,
  capacityUnits: (units) => `${units} since no more fits on the shelf.`,
  positionUnits: (units) => `${units} for what is there or under way, less what is reserved.`,
  waitUnits: (units) => `${units} since the stock is enough for now.`,
  packUnits: (units) => `${units} to make whole packs.`,
}

/** In units; they add up to the order. */
function explain(artifact: OrderPolicyArtifact, input: OrderLineInput): Explanation {
  const { parts } = predict(artifact, input)
  return {
    base: 0,
    factors: Object.entries(parts)
      .filter(([, weight]) => weight !== 0)
      .map(([factor, weight]) => ({
        factor,
        weight,
        says: says[factor as keyof OrderLine['parts']](Number(weight.toFixed(1)).toString()),
      }))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)),
  }
}

export const orderPolicy = defineModel({
  id: 'order_policy',
  version: 1,
  title: 'When and how much to order',
  parameters: OrderPolicyParameters,
  artifact: OrderPolicyArtifact,
  fit,
  predict,
  explain,
})
