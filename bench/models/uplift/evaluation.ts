/** Lifts put into real weekly sales, and none: what is found of them. */
import { createRandom, type Random } from '../../../src/models/math/random.ts'
import { mean, variance } from '../../../src/models/math/statistics.ts'
import { upliftModel } from '../../../src/models/uplift/model.ts'
import type { Panel } from '../../../src/models/uplift/panel.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import { readRossmann, readWalmart, type Weekly } from './weekly.ts'

const [roundsCount, preWeeks, postWeeks] = [240, 26, 3]
const lifts = [0, 0.1, 0.2] as const

interface Judged {
  readonly lift: number
  readonly found: number
  readonly isCovered: boolean
  readonly isCalled: boolean
  readonly naive: number
  readonly isNaiveCalled: boolean
}

export const upliftEvaluation = defineEvaluation({
  name: 'uplift',
  title: 'Uplift: what a promotion did',
  data: ['rossmann100_store_daily', 'walmart_store_dept_weekly'],
  notes: [
    `Real weekly sales, in which the truth is known because it was put in: ${roundsCount} seeded rounds a data set, each with one to ten random stores, a random start, ${preWeeks} weeks before and ${postWeeks} weeks with a lift of 0, 10 or 20 %. The other stores may be controls. Stores that were closed for a week play no treated store.`,
    'Naive: mean sales of the treated stores in the weeks with the promotion over their mean in as many weeks before; called real by a t-test of these weeks against all weeks before at 5 %.',
    'Nothing was tuned on these rounds; the parameters are the defaults.',
  ],
  async run(context) {
    const rows: EvaluationRow[] = []
    for (const weekly of [readRossmann(context), readWalmart(context)]) {
      const { result, seconds } = await timed(() => judgeRounds(weekly))
      rows.push(...rowsOf(weekly, result, seconds))
      if (rows.length <= 3) context.chart('uplift.svg', chartOf(weekly, result))
    }
    return rows
  },
})

function judgeRounds({ name, series }: Weekly): Judged[] {
  const random = createRandom(`uplift ${name}`)
  return Array.from({ length: roundsCount }, (_, round) => {
    const lift = lifts[round % lifts.length]!
    const panel = drawPanel(series, lift, random)
    const found = upliftModel.predict(upliftModel.fit(panel), panel)
    const naive = beforeAndAfter(panel)
    return {
      lift,
      found: found.lift,
      isCovered: found.liftLow <= lift && lift <= found.liftHigh,
      isCalled: found.chance <= 0.05,
      naive: naive.lift,
      isNaiveCalled: naive.isCalled,
    }
  })
}

function drawPanel(series: readonly Float64Array[], lift: number, random: Random): Panel {
  const from = random.below(series[0]!.length - preWeeks - postWeeks + 1)
  const windows = series.map((one) => one.slice(from, from + preWeeks + postWeeks))
  const open = [...windows.keys()].filter((store) => windows[store]!.every((sales) => sales > 0))
  const treated = random.shuffle(open).slice(0, 1 + random.below(10))
  for (const store of treated)
    for (let week = preWeeks; week < preWeeks + postWeeks; week += 1)
      windows[store]![week]! *= 1 + lift
  return { series: windows, treated, startsAt: preWeeks }
}

function beforeAndAfter({ series, treated, startsAt }: Panel) {
  const sums = Array.from(series[0]!, (_, week) =>
    treated.reduce((sum, store) => sum + series[store]![week]!, 0),
  )
  const [before, after] = [sums.slice(0, startsAt), sums.slice(startsAt)]
  const error = Math.sqrt(variance(before) * (1 / before.length + 1 / after.length))
  return {
    lift: mean(after) / mean(before.slice(-after.length)) - 1,
    // 2.06: the two-sided 5 % point of Student's t with 25 degrees of freedom.
    isCalled: Math.abs(mean(after) - mean(before)) > 2.06 * error,
  }
}

function rowsOf({ name }: Weekly, judged: readonly Judged[], seconds: number): EvaluationRow[] {
  const share = (rows: readonly Judged[], of: (one: Judged) => boolean) =>
    rows.filter(of).length / rows.length
  const error = (of: (one: Judged) => number) =>
    mean(judged.map((one) => Math.abs(of(one) - one.lift))) * 100
  const placebos = judged.filter(({ lift }) => lift === 0)
  const tenth = judged.filter(({ lift }) => lift === 0.1)
  const common = { dataset: name, method: 'synthetic control, judged by placebos', seconds }
  return [
    {
      ...common,
      metric: 'mean error of the lift, percentage points',
      better: 'lower',
      ours: error(({ found }) => found),
      naive: { name: 'before and after', value: error(({ naive }) => naive) },
      note: `The 90 % interval held the true lift in ${(share(judged, ({ isCovered }) => isCovered) * 100).toFixed(0)} % of the rounds.`,
    },
    {
      ...common,
      metric: 'false positives at 5 % where there was no lift',
      better: 'lower',
      ours: share(placebos, ({ isCalled }) => isCalled),
      naive: {
        name: 'before and after, t-test',
        value: share(placebos, ({ isNaiveCalled }) => isNaiveCalled),
      },
      note: `${placebos.length} rounds; the figure should be near 0.05.`,
    },
    {
      ...common,
      metric: 'lifts of 10 % that are called real',
      better: 'higher',
      ours: share(tenth, ({ isCalled }) => isCalled),
      naive: {
        name: 'before and after, t-test',
        value: share(tenth, ({ isNaiveCalled }) => isNaiveCalled),
      },
    },
  ]
}

function chartOf({ name }: Weekly, judged: readonly Judged[]): string {
  const edges = Array.from({ length: 25 }, (_, at) => -0.3 + at * 0.03)
  const counted = (of: (one: Judged) => number) =>
    edges.map((edge) => [
      Math.round((edge + 0.015) * 100),
      judged.filter((one) => of(one) - one.lift >= edge && of(one) - one.lift < edge + 0.03).length,
    ])
  return drawChart({
    title: 'Control stores take the weather and the season out',
    subtitle: `${name}: error of the lift found, ${roundsCount} rounds with a known lift`,
    x: { label: 'lift found less true lift, percentage points' },
    y: { label: 'rounds', min: 0 },
    series: [
      { name: 'synthetic control', kind: 'line', points: counted(({ found }) => found) },
      { name: 'before and after', kind: 'dashed', points: counted(({ naive }) => naive) },
    ],
  })
}
