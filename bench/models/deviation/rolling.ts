/** Deviations put into real sales, looked for period by period as they would have come. */

import type { DeviationArtifact, History } from '../../../src/models/deviation/history.ts'
import { advance, type Deviation, deviationModel } from '../../../src/models/deviation/model.ts'
import { createRandom } from '../../../src/models/math/random.ts'

export interface Incident {
  readonly store: number
  readonly from: number
  /** Past its end. */
  readonly to: number
  readonly factor: number
}

export interface Plan {
  readonly history: History
  /** Periods before it are learned. */
  readonly judgedFrom: number
  readonly incidentsCount: number
  /** Of an incident, in periods. */
  readonly lengthMax: number
  readonly sizes: readonly [least: number, most: number]
  readonly hasSpikes: boolean
  readonly seed: string
}

/** At most one a store, on open periods only. */
export function planIncidents(plan: Plan): Incident[] {
  const random = createRandom(plan.seed)
  const { actuals, slots } = plan.history
  const stores = random.shuffle([...actuals.keys()]).slice(0, plan.incidentsCount)
  return stores.map((store) => {
    const length = 1 + random.below(plan.lengthMax)
    const from = plan.judgedFrom + random.below(slots.length - plan.judgedFrom - length + 1)
    const size = plan.sizes[0] + random.next() * (plan.sizes[1] - plan.sizes[0])
    const factor = plan.hasSpikes && random.next() < 0.5 ? 1 + size : 1 - size
    return { store, from, to: from + length, factor }
  })
}

export function putIn(history: History, incidents: readonly Incident[]): History {
  const actuals = history.actuals.map((one) => Float64Array.from(one))
  for (const { store, from, to, factor } of incidents)
    for (let period = from; period < to; period += 1) actuals[store]![period]! *= factor
  return { ...history, actuals }
}

export interface Alarm {
  readonly store: number
  readonly period: number
}

export interface Rolled {
  readonly alarms: readonly Alarm[]
  /** Of the last period alone. */
  readonly singles: readonly (Deviation & { readonly period: number })[]
}

export function roll(artifact: DeviationArtifact, history: History, judgedFrom: number): Rolled {
  const alarms: Alarm[] = []
  const singles: (Deviation & { period: number })[] = []
  let now = artifact
  for (let period = judgedFrom; period < history.slots.length; period += 1) {
    const { deviations } = deviationModel.predict(now, cut(history, period - 2, period + 1))
    for (const one of deviations) {
      if (one.horizon === 1) singles.push({ ...one, period })
      const isNew = alarms.every((alarm) => alarm.store !== one.store || alarm.period !== period)
      if (one.kind !== 'none' && isNew) alarms.push({ store: one.store, period })
    }
    // The level follows with two periods' delay, so that what is judged is not yet in it.
    now = advance(now, cut(history, period - 2, period - 1))
  }
  return { alarms, singles }
}

export function cut({ actuals, slots, conditions }: History, from: number, to: number): History {
  return {
    actuals: actuals.map((one) => Array.prototype.slice.call(one, from, to)),
    slots: Array.prototype.slice.call(slots, from, to),
    ...(conditions && {
      conditions: conditions.map((one) => Array.prototype.slice.call(one, from, to)),
    }),
  }
}

export interface Found {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly falseAlarms: number
}

/** An alarm is right in its incident and the two periods after, which sums of three still feel. */
export function compare(alarms: readonly Alarm[], incidents: readonly Incident[]): Found {
  const belongs = ({ store, period }: Alarm, one: Incident) =>
    store === one.store && period >= one.from && period < one.to + 2
  const right = alarms.filter((alarm) => incidents.some((one) => belongs(alarm, one))).length
  const found = incidents.filter((one) => alarms.some((alarm) => belongs(alarm, one))).length
  const precision = right / Math.max(1, alarms.length)
  const recall = found / Math.max(1, incidents.length)
  return {
    precision,
    recall,
    f1: (2 * precision * recall) / Math.max(1e-9, precision + recall),
    falseAlarms: alarms.length - right,
  }
}
