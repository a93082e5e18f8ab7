/** Rosters on the public instances in their own objective, and how soon a store's week is planned. */
import { availableParallelism } from 'node:os'
import { planWeek } from '../../../src/models/labour/week/solve-week.ts'
import { loadSolver } from '../../../src/models/solver/highs.ts'
import { mapInThreads } from '../../../src/models/threads/map-in-threads.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { cpuMs, type Measured, type RosterTask } from './measure.ts'
import { chart, plan, rowOf, seconds, secondsLong } from './rosters.ts'
import { drawnStore } from './store.ts'

export const labour = defineEvaluation({
  name: 'labour',
  title: 'Labour: rosters and store weeks',
  data: ['curtois_shift_scheduling'],
  notes: [
    `Each instance had ${seconds} s of one core's processor time (not of the clock: the machine was shared), one thread, seed 1; two ran at once. No instance has settings of its own; the shares of the search were chosen on these odd ones, a few seeds each.`,
    `Rows of ${secondsLong} s are run for the instances named in TILLWAY_ROSTER_LONG; instances without such a row were not run for so long, for want of time.`,
    'The penalty is computed from the finished roster by code that the search does not use, and a roster that breaks any rule would count as a failure; none did.',
    'Naive: each person in turn takes the legal days that help most, once (over long horizons two weeks at a time).',
    'A copy has its people in another order and other names for everybody and every shift. The drawn instance has as many people, days, shifts and wishes as the one that it is like, rules of somebody of it, other days off, and needs of the same weekday of another week; nobody has published a figure for it.',
    'Store weeks are drawn (25 people, six templates, three roles, needs by the hour, 11 hours of rest); their figure is the slowest of five, to a gap of 5 % or 4.5 s.',
  ],
  async run(context) {
    const planned = plan(context)
    // The longest first, so that no thread ends long before another.
    const order = planned.toSorted(
      (left, right) => right.task.limitSeconds - left.task.limitSeconds,
    )
    const found = await mapInThreads<RosterTask, Measured>(
      new URL('measure.ts', import.meta.url),
      'measureRoster',
      order.map(({ task }) => task),
      { threads: Math.min(2, availableParallelism()) },
    )
    const rows = planned.map((one) => rowOf(one, found[order.indexOf(one)]!))
    chart(context, planned, rows)
    return [...rows, await storeWeeks()]
  },
})

async function storeWeeks(): Promise<EvaluationRow> {
  const highs = await loadSolver()
  const took: number[] = []
  for (let seed = 1; seed <= 5; seed += 1) {
    const began = process.threadCpuUsage()
    planWeek(highs, drawnStore(seed), { secondsMax: 4.5, gapRatio: 0.05 })
    took.push(cpuMs(began) / 1000)
  }
  const slowest = Math.max(...took)
  return {
    dataset: 'five drawn store weeks, 25 people',
    method: 'HiGHS, cover and assignment at once',
    metric: 'slowest, s',
    better: 'lower',
    ours: slowest,
    peer: { name: 'goal', value: 5, source: 'the goal that the project set itself' },
    seconds: slowest,
  }
}
