/** From tills' sales to people needed: service time by least squares, staff by Erlang C and tasks. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import { leastSquares, matrixOf } from '../math/linear-algebra.ts'
import { countQuantile } from '../math/negative-binomial.ts'
import { defineModel, type Explanation } from '../model.ts'
import { queueState, staffForQueue } from './erlang.ts'

const ratio = z.number().gt(0).lt(1)

export const WorkloadParameters = z.strictObject({
  /** Share of customers that wait no longer than `withinSeconds`. */
  servedRatio: ratio.default(0.8),
  /** What people are asked to wait at most. */
  withinSeconds: z.number().nonnegative().max(3600).default(60),
  /** Share of a cashier's time with customers, at most. */
  occupancyMax: ratio.default(0.85),
  /** People in the store whatever the sales. */
  staffMin: z.int().nonnegative().max(100).default(2),
  /** Paid time that is not worked: breaks, absence. */
  shrinkageRatio: z.number().min(0).lt(0.9).default(0.1),
})
export type WorkloadParameters = z.output<typeof WorkloadParameters>

export const WorkloadArtifact = z.strictObject({
  /** Greeting and tender together. */
  startSeconds: z.number().nonnegative(),
  secondsAnItem: z.number().nonnegative(),
  residualSeconds: z.number().nonnegative(),
  salesCount: z.int().nonnegative(),
})
export type WorkloadArtifact = z.infer<typeof WorkloadArtifact>

export interface Slot {
  readonly minutes: number
  readonly sales: number
  /** Of `sales`: at least their number; beyond it where they come in crowds. */
  readonly salesVariance: number
  readonly itemsASale: number
  /** Receiving, opening, closing, cash. */
  readonly taskHours: number
}

export interface StaffNeed {
  readonly staff: number
  /** For the sales that are exceeded one time in ten, and nine times in ten. */
  readonly staffHigh: number
  readonly staffLow: number
  readonly queueStaff: number
  readonly occupancy: number
  readonly servedRatio: number
}

/** What a store without measurements begins with: 35 s, 3.5 s an item and 20 s for the tender. */
export const usualWorkload: WorkloadArtifact = {
  startSeconds: 55,
  secondsAnItem: 3.5,
  residualSeconds: 20,
  salesCount: 0,
}

/**
 * @param items of each sale
 * @param seconds from the first scan to the tender of each sale
 */
export function fitWorkload(
  items: ArrayLike<number>,
  seconds: ArrayLike<number>,
): WorkloadArtifact {
  if (items.length !== seconds.length) refuse('seconds', 'one for each of items')
  const rows = Array.from(items)
  if (rows.some((one) => !(one >= 0 && one < 1e5))) refuse('items', '0 to 100,000')
  const times = Array.from(seconds)
  if (times.some((one) => !(one >= 0 && one < 86_400))) refuse('seconds', 'less than a day')
  if (new Set(rows).size < 2 || rows.length < 10)
    return { ...usualWorkload, salesCount: rows.length }
  // A till left open over lunch is no service time: beyond the 98th percentile it is cut off.
  const cut = times.toSorted((a, b) => a - b)[Math.floor(0.98 * (times.length - 1))]!
  const capped = times.map((one) => Math.min(one, cut))
  const { coefficients } = leastSquares(matrixOf(rows.map((one) => [1, one])), capped)
  const [start = 0, slope = 0] = coefficients
  const [startSeconds, secondsAnItem] = [Math.max(0, start), Math.max(0, slope)]
  const squares = rows.map((one, at) => (capped[at]! - startSeconds - secondsAnItem * one) ** 2)
  const residualSeconds = Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / rows.length)
  return { startSeconds, secondsAnItem, residualSeconds, salesCount: rows.length }
}

/** People needed in one slot of a day. */
export function staffNeeded(
  artifact: WorkloadArtifact,
  slot: Slot,
  given: z.input<typeof WorkloadParameters> = {},
): StaffNeed {
  const parameters = parse(WorkloadParameters, given, 'model_parameters_malformed')
  for (const [field, value] of Object.entries(slot))
    if (!Number.isFinite(value) || value < 0) refuse(field, 'a number, not negative')
  if (slot.minutes === 0) refuse('minutes', 'above 0')
  const variance = Math.max(slot.sales, slot.salesVariance)
  const queueOf = (sales: number) => ({
    arrivalsAnHour: (sales * 60) / slot.minutes,
    serviceSeconds: Math.max(1, artifact.startSeconds + artifact.secondsAnItem * slot.itemsASale),
  })
  const needOf = (sales: number): [number, number] => {
    const queueStaff = staffForQueue(queueOf(sales), parameters)
    const busy = queueStaff + (slot.taskHours * 60) / slot.minutes
    const present = Math.max(busy, parameters.staffMin)
    return [Math.ceil(present / (1 - parameters.shrinkageRatio) - 1e-9), queueStaff]
  }
  const [staff, queueStaff] = needOf(slot.sales)
  const state = queueState(queueOf(slot.sales), queueStaff, parameters.withinSeconds)
  return {
    staff,
    staffHigh: Math.max(staff, needOf(countQuantile(0.9, slot.sales, variance))[0]),
    staffLow: Math.min(staff, needOf(countQuantile(0.1, slot.sales, variance))[0]),
    queueStaff,
    occupancy: state.occupancy,
    servedRatio: state.servedRatio,
  }
}

/** In people: what queue, tasks, the minimum and absence each add. */
export function explainStaff(
  artifact: WorkloadArtifact,
  slot: Slot,
  given: z.input<typeof WorkloadParameters> = {},
): Explanation {
  const { staffMin } = parse(WorkloadParameters, given, 'model_parameters_malformed')
  const { staff, queueStaff } = staffNeeded(artifact, slot, given)
  const tasks = (slot.taskHours * 60) / slot.minutes
  const minimum = Math.max(0, staffMin - queueStaff - tasks)
  const absence = staff - queueStaff - tasks - minimum
  const seconds = artifact.startSeconds + artifact.secondsAnItem * slot.itemsASale
  const factors = [
    {
      factor: 'queue',
      weight: queueStaff,
      says: `${slot.sales} sales of ${seconds.toFixed(0)} s each keep ${queueStaff} at the tills.`,
    },
    { factor: 'tasks', weight: tasks, says: `Other tasks take ${slot.taskHours} hours.` },
    { factor: 'minimum', weight: minimum, says: `At least ${staffMin} are in the store.` },
    {
      factor: 'absence',
      weight: absence,
      says: `Breaks, absence and whole people add ${absence.toFixed(1)}.`,
    },
  ]
  return { base: 0, factors: factors.toSorted((left, right) => right.weight - left.weight) }
}

export const labourWorkload = defineModel({
  id: 'labour_workload',
  version: 1,
  title: 'People needed at the tills',
  parameters: WorkloadParameters,
  artifact: WorkloadArtifact,
  fit: fitWorkload,
  predict: staffNeeded,
  explain: explainStaff,
})

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
