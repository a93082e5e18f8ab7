/** Lifts put into real weekly sales, and none: what is found of them. */
import { createRandom, type Random } from '../../../src/models/math/random.ts'
import { mean, variance } from '../../../src/models/math/statistics.ts'
import { upliftModel } from '../../../src/models/uplift/model.ts'
import type { Panel } from '../../../src/models/uplift/panel.ts'
import { drawChart } from '../chart.ts'
import { defineEvaluation, type EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import { readRossmann, readWalmart, type Weekly } from './weekly.ts'

const [roundsCount, preWeeks, postWeeks] = [1200, 26, 3]
const lifts = [0, 0.1, 0.2] as const

interface Judged {
  readonly lift: number
  readonly synthetic: Answer
  readonly poisson: Answer
  /** By errors clustered by store and nothing more. */
  readonly isPoissonAloneCalled: boolean
  readonly naive: Pick<Answer, 'found' | 'isCalled'>
}

interface Answer {
  readonly found: number
  /** The interval holds the lift that was put in. */
  readonly isCovered: boolean
  /** At 5 %. */
  readonly isCalled: boolean
}

export const upliftEvaluation = defineEvaluation({
  name: 'uplift',
  title: 'Uplift: what a promotion did',
  data: ['rossmann100_store_daily', 'walmart_store_dept_weekly'],
  notes: [
    `Real weekly sales, in which the truth is known because it was put in: ${roundsCount} seeded rounds a data set, each with one to ten random stores, a random start, ${preWeeks} weeks before and ${postWeeks} weeks with a lift of 0, 10 or 20 %. The other stores may be controls. Weeks in which a store sold nothing were closed doors and do not count; such stores play no treated store.`,
    'Naive: mean sales of the treated stores in the weeks with the promotion over their mean in as many weeks before; called real by a t-test of these weeks against all weeks before at 5 %.',
    'Rounds are of the same stores and of weeks that overlap, so that they say less than as many independent ones would.',
    'Nothing was tuned on these rounds; the parameters are the defaults. That treated stores are taken to stray at least as far as controls do was decided on rounds like these: with clustered errors alone, one treated store seemed to have an effect nearly always.',
  ],
  async run(context) {
    const rows: EvaluationRow[] = []
    for (const weekly of [readRossmann(context), readWalmart(context)]) {
      const { result, seconds } = await timed(() => judgeRounds(weekly))
      rows.push(...rowsOf(weekly, result, seconds))
      if (rows.length <= 6) context.chart('uplift.svg', chartOf(weekly, result))
    }
    return rows
  },
})

function judgeRounds({ name, series }: Weekly): Judged[] {
  const random = createRandom(`uplift ${name}`)
  return Array.from({ length: roundsCount }, (_, round) => {
    const lift = lifts[round % lifts.length]!
    const panel = drawPanel(series, lift, random)
    const { poisson, ...found } = upliftModel.predict(upliftModel.fit(panel), panel)
    if (poisson.kind === 'none') throw new Error(`round ${round} of ${name}: ${poisson.why}`)
    const answer = (one: typeof poisson | typeof found): Answer => ({
      found: one.lift,
      isCovered: one.liftLow <= lift && lift <= one.liftHigh,
      isCalled: one.chance <= 0.05,
    })
    return {
      lift,
      synthetic: answer(found),
      poisson: answer(poisson),
      isPoissonAloneCalled: Math.abs(Math.log1p(poisson.lift)) > 1.96 * poisson.errorAlone,
      naive: beforeAndAfter(panel),
    }
  })
}

function drawPanel(series: readonly Float64Array[], lift: number, random: Random): Panel {
  const from = random.below(series[0]!.length - preWeeks - postWeeks + 1)
  const windows = series.map((one) => one.slice(from, from + preWeeks + postWeeks))
  const open = [...windows.keys()].filter((store) => windows[store]!.every((sales) => sales > 0))
  const counted = windows.map((one) => Uint8Array.from(one, (sales) => (sales > 0 ? 1 : 0)))
  const treated = random.shuffle(open).slice(0, 1 + random.below(10))
  for (const store of treated)
    for (let week = preWeeks; week < preWeeks + postWeeks; week += 1)
      windows[store]![week]! *= 1 + lift
  return { series: windows, treated, counted, startsAt: preWeeks }
}

function beforeAndAfter({ series, treated, startsAt }: Panel) {
  const sums = Array.from(series[0]!, (_, week) =>
    treated.reduce((sum, store) => sum + series[store]![week]!, 0),
  )
  const [before, after] = [sums.slice(0, startsAt), sums.slice(startsAt)]
  const error = Math.sqrt(variance(before) * (1 / before.length + 1 / after.length))
  return {
    found: mean(after) / mean(before.slice(-after.length)) - 1,
    // 2.06: the two-sided 5 % point of Student's t with 25 degrees of freedom.
    isCalled: Math.abs(mean(after) - mean(before)) > 2.06 * error,
  }
}

const methods = [
  { key: 'synthetic', method: 'synthetic control, judged by placebos' },
  { key: 'poisson', method: 'Poisson difference-in-differences, errors by store' },
] as const

function rowsOf({ name }: Weekly, judged: readonly Judged[], seconds: number): EvaluationRow[] {
  const share = (rows: readonly Judged[], of: (one: Judged) => boolean) =>
    rows.filter(of).length / rows.length
  const error = (of: (one: Judged) => number) =>
    mean(judged.map((one) => Math.abs(of(one) - one.lift))) * 100
  const placebos = judged.filter(({ lift }) => lift === 0)
  const tenth = judged.filter(({ lift }) => lift === 0.1)
  const test = 'before and after, t-test'
  const alone = share(placebos, ({ isPoissonAloneCalled }) => isPoissonAloneCalled)
  return methods.flatMap(({ key, method }): EvaluationRow[] => [
    {
      dataset: name,
      method,
      seconds,
      metric: 'mean error of the lift, percentage points',
      better: 'lower',
      ours: error((one) => one[key].found),
      naive: { name: 'before and after', value: error(({ naive }) => naive.found) },
      note: `The 90 % interval held the true lift in ${(share(judged, (one) => one[key].isCovered) * 100).toFixed(0)} % of the rounds. Seconds are of all answers together.`,
    },
    {
      dataset: name,
      method,
      seconds,
      metric: 'false positives at 5 % where there was no lift',
      better: 'lower',
      ours: share(placebos, (one) => one[key].isCalled),
      naive:
        key === 'poisson'
          ? { name: 'clustered errors alone', value: alone }
          : { name: test, value: share(placebos, ({ naive }) => naive.isCalled) },
      note: `${placebos.length} rounds; the figure should be near 0.05${key === 'poisson' ? ', and is below it where treated stores stray less than was made sure of' : ''}.`,
    },
    {
      dataset: name,
      method,
      seconds,
      metric: 'lifts of 10 % that are called real',
      better: 'higher',
      ours: share(tenth, (one) => one[key].isCalled),
      naive: { name: test, value: share(tenth, ({ naive }) => naive.isCalled) },
    },
  ])
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
      { name: 'synthetic control', kind: 'line', points: counted((one) => one.synthetic.found) },
      { name: 'Poisson', kind: 'line', points: counted((one) => one.poisson.found) },
      { name: 'before and after', kind: 'dashed', points: counted((one) => one.naive.found) },
    ],
  })
}
