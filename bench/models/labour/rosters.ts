/** Which rosters are measured, what others have reached on them, and how the rows are drawn. */
import { readFileSync } from 'node:fs'
import { readRosterText } from '../../../src/models/labour/roster/text.ts'
import { drawChart } from '../chart.ts'
import type { EvaluationContext, EvaluationRow } from '../evaluation.ts'
import { drawnLike, renamed } from './drawn-roster.ts'
import type { Measured, RosterTask } from './measure.ts'

interface Known {
  /** The best that anybody has published. */
  readonly best: number
  /** OR-Tools CP-SAT after 60 s on two cores, where it was measured. */
  readonly cpSat?: number
  /** IP and variable neighbourhood search after 10 minutes, where it is published. */
  readonly ipVns?: number
}

const known: Readonly<Record<number, Known>> = {
  1: { best: 607, cpSat: 607, ipVns: 607 },
  3: { best: 1001, cpSat: 1003, ipVns: 1001 },
  5: { best: 1143, cpSat: 1249, ipVns: 1143 },
  7: { best: 1056, cpSat: 1090, ipVns: 1056 },
  9: { best: 439, cpSat: 561, ipVns: 439 },
  11: { best: 3443, cpSat: 3598, ipVns: 3443 },
  13: { best: 1348, cpSat: 7179, ipVns: 3109 },
  15: { best: 3834, cpSat: 7468, ipVns: 4144 },
  17: { best: 5746, cpSat: 8440, ipVns: 5760 },
  19: { best: 3149, cpSat: 8152, ipVns: 3974 },
  21: { best: 21159 },
  23: { best: 17428 },
}
const copied = [9, 15]
const drawnFrom = 15

export const seconds = Number(process.env.TILLWAY_ROSTER_SECONDS ?? 60)
export const secondsLong = 600
const long = (process.env.TILLWAY_ROSTER_LONG ?? '').split(',').filter((one) => one !== '')

export interface Planned {
  readonly name: string
  readonly task: RosterTask
  /** Left out: an instance that nobody has published. */
  readonly instance?: number
  readonly isCopy?: true
}

export function plan(context: EvaluationContext): Planned[] {
  const problem = (instance: number) =>
    readRosterText(
      readFileSync(context.data(`curtois_shift_scheduling/dev/Instance${instance}.txt`), 'utf8'),
    )
  const task = (one: RosterTask['problem'], limitSeconds: number): RosterTask => ({
    problem: one,
    seed: 1,
    limitSeconds,
  })
  const each = (instances: readonly number[], limit: number) =>
    instances.map((instance) => ({
      name: `instance ${instance}, ${limit} s`,
      task: task(problem(instance), limit),
      instance,
    }))
  return [
    ...each(Object.keys(known).map(Number), seconds),
    ...each(long.map(Number), secondsLong),
    ...copied.map((instance) => ({
      name: `instance ${instance}, reordered and renamed, ${seconds} s`,
      task: task(renamed(problem(instance), 1), seconds),
      instance,
      isCopy: true as const,
    })),
    {
      name: `drawn like instance ${drawnFrom}, ${seconds} s`,
      task: task(drawnLike(problem(drawnFrom), 1), seconds),
    },
  ]
}

export function rowOf({ name, task, instance }: Planned, found: Measured): EvaluationRow {
  const others = instance === undefined ? undefined : known[instance]
  const peer = others && peerOf(others, task.limitSeconds === secondsLong)
  return {
    dataset: name,
    method: 'annealing by small changes, then whole ways and warmth by gain',
    metric: 'penalty',
    better: 'lower',
    ours: found.penalty,
    naive: { name: 'in turn', value: found.naive },
    ...(peer && { peer }),
    seconds: found.seconds,
    ...(others && {
      note: `${((found.penalty / others.best - 1) * 100).toFixed(1)} % above the best known, ${others.best}.`,
    }),
  }
}

function peerOf({ best, cpSat, ipVns }: Known, isLong: boolean): EvaluationRow['peer'] {
  const source = 'data/README.md'
  if (isLong && ipVns !== undefined)
    return { name: 'IP&VNS 10 min', value: ipVns, source: `Rahimian 2017, published (${source})` }
  if (cpSat !== undefined)
    return {
      name: 'OR-Tools CP-SAT 60 s',
      value: cpSat,
      source: `plain model, 60 s on 2 cores, measured on these instances (${source})`,
    }
  return { name: 'best known', value: best, source: `published, any time (${source})` }
}

export function chart(
  context: EvaluationContext,
  planned: readonly Planned[],
  rows: readonly EvaluationRow[],
): void {
  const short = planned.flatMap((one, at) =>
    one.task.limitSeconds === seconds && one.instance !== undefined && one.isCopy === undefined
      ? [{ ...known[one.instance]!, instance: one.instance, ours: rows[at]!.ours }]
      : [],
  )
  const points = (value: (one: (typeof short)[number]) => number | undefined) =>
    short.flatMap((one, at): [number, number][] => {
      const found = value(one)
      return found === undefined ? [] : [[at, (found / one.best - 1) * 100]]
    })
  context.chart(
    'labour.svg',
    drawChart({
      title: 'How far above the best known roster',
      subtitle: `Public instances; ours after ${seconds} s on one core, CP-SAT 60 s on two (to 19; 13: 433 %)`,
      x: { label: 'instance', categories: short.map(({ instance }) => String(instance)) },
      y: { label: '% above the best known', min: 0, max: 160 },
      series: [
        { name: 'Tillway', kind: 'bars', points: points(({ ours }) => ours) },
        { name: 'OR-Tools CP-SAT', kind: 'bars', points: points(({ cpSat }) => cpSat) },
      ],
    }),
  )
}
