/** Rosters on the public instances in their own objective, and how soon a store's week is planned. */
import { readFileSync } from 'node:fs'
import { createPathSearch } from '../../../src/models/labour/roster/best-path.ts'
import { breachesOf, penaltyOf } from '../../../src/models/labour/roster/check.ts'
import { compileRoster } from '../../../src/models/labour/roster/problem.ts'
import { solveRoster } from '../../../src/models/labour/roster/solve.ts'
import { createState } from '../../../src/models/labour/roster/state.ts'
import { readRosterText } from '../../../src/models/labour/roster/text.ts'
import { planWeek } from '../../../src/models/labour/week/solve-week.ts'
import { loadSolver } from '../../../src/models/solver/highs.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationContext, type EvaluationRow } from '../evaluation.ts'
import { drawnStore } from './store.ts'

/** Instance: what CP-SAT reached in 60 s on 2 cores, and the best that anybody has published. */
const known: Readonly<Record<number, readonly [number, number]>> = {
  1: [607, 607],
  3: [1003, 1001],
  5: [1249, 1143],
  7: [1090, 1056],
  9: [561, 439],
  11: [3598, 3443],
  13: [7179, 1348],
  15: [7468, 3834],
  17: [8440, 5746],
  19: [8152, 3149],
}

const seconds = Number(process.env.TILLWAY_ROSTER_SECONDS ?? 60)

export const labour = defineEvaluation({
  name: 'labour',
  title: 'Labour: rosters and store weeks',
  data: ['curtois_shift_scheduling'],
  notes: [
    `Each instance had ${seconds} s of one core's processor time (not of the clock: the machine was shared), one thread, seed 1; nothing was tuned for a single instance.`,
    'The penalty is computed from the finished roster by code that the search does not use, and a roster that breaks any rule would count as a failure; none did.',
    'Naive: each person in turn takes the legal days that help most, once.',
    'Store weeks are drawn (25 people, six templates, three roles, needs by the hour, 11 hours of rest); their figure is the slowest of five, to a gap of 5 % or 4.5 s.',
  ],
  async run(context) {
    const highs = await loadSolver()
    const rows: EvaluationRow[] = []
    for (const instance of Object.keys(known)) rows.push(await solved(context, Number(instance)))
    chart(context, rows)
    const took: number[] = []
    for (let seed = 1; seed <= 5; seed += 1) {
      const began = process.threadCpuUsage()
      planWeek(highs, drawnStore(seed), { secondsMax: 4.5, gapRatio: 0.05 })
      took.push(cpuMs(began) / 1000)
    }
    const slowest = Math.max(...took)
    rows.push({
      dataset: 'five drawn store weeks, 25 people',
      method: 'HiGHS, cover and assignment at once',
      metric: 'slowest, s',
      better: 'lower',
      ours: slowest,
      peer: { name: 'goal', value: 5, source: 'the goal that the project set itself' },
      seconds: slowest,
    })
    return rows
  },
})

async function solved(context: EvaluationContext, instance: number): Promise<EvaluationRow> {
  const text = readFileSync(context.data(`curtois_shift_scheduling/dev/Instance${instance}.txt`))
  const compiled = compileRoster(readRosterText(text.toString('utf8')))
  const began = process.threadCpuUsage()
  const { roster } = solveRoster(await loadSolver(), compiled, {
    seed: 1,
    limitMs: seconds * 1000,
    clockMs: () => cpuMs(began),
  })
  const spent = cpuMs(began) / 1000
  if (breachesOf(compiled, roster).length > 0) throw new Error(`instance ${instance}: not legal`)
  const ours = penaltyOf(compiled, roster)
  const [peer, best] = known[instance]!
  context.progress(`${instance}: ${ours} (best known ${best}, CP-SAT ${peer})`)
  return {
    dataset: `instance ${instance}, ${seconds} s`,
    method: 'column generation over exact ways, dive, ruin and recreate',
    metric: 'penalty',
    better: 'lower',
    ours,
    naive: { name: 'in turn', value: naive(compiled) },
    peer: {
      name: 'OR-Tools CP-SAT 60 s',
      value: peer,
      source: 'plain model, 60 s on 2 cores, measured on these instances (data/README.md)',
    },
    seconds: spent,
    note: `${((ours / best - 1) * 100).toFixed(1)} % above the best known, ${best}.`,
  }
}

function naive(compiled: ReturnType<typeof compileRoster>): number {
  const { peopleCount, daysCount } = compiled
  const state = createState(compiled, new Int16Array(peopleCount * daysCount).fill(-1))
  const search = createPathSearch(compiled)
  for (let person = 0; person < peopleCount; person += 1) {
    search.best(person, state.daysOf(person), 0, daysCount, state.prices)
    state.count(person, 1, 0, daysCount)
  }
  return state.total()
}

function chart(context: EvaluationContext, rows: readonly EvaluationRow[]): void {
  const numbers = Object.keys(known)
  const over = (value: number, at: number) => [
    at,
    (value / known[Number(numbers[at])]![1] - 1) * 100,
  ]
  context.chart(
    'labour.svg',
    drawChart({
      title: 'How far above the best known roster',
      subtitle: `Public shift-scheduling instances; ours after ${seconds} s on one core, CP-SAT after 60 s on two`,
      x: { label: 'instance', categories: numbers },
      y: { label: '% above the best known', min: 0, max: 160 },
      series: [
        { name: 'Tillway', kind: 'bars', points: rows.map((row, at) => over(row.ours, at)) },
        {
          name: 'OR-Tools CP-SAT',
          kind: 'bars',
          points: rows.map((row, at) => over(row.peer!.value, at)),
        },
      ],
    }),
  )
}

function cpuMs(began: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system - began.user - began.system) / 1000
}
