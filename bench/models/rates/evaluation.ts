/** Cancelled lines by product of a real retailer, with offenders put in whose rate is known. */
import { createRandom, type Random } from '../../../src/models/math/random.ts'
import { inspectionQueue, type RatesInput, ratesModel } from '../../../src/models/rates/model.ts'
import { createWatch, limitFor, watchEvent } from '../../../src/models/rates/sequential.ts'
import { drawChart } from '../chart.ts'
import { readColumns } from '../data/columns.ts'
import { defineEvaluation, type EvaluationContext, type EvaluationRow } from '../evaluation.ts'
import { timed } from '../timing.ts'
import { tillRows } from './till.ts'

const file = 'uci_online_retail/dev/transactions_2010-12_2011-09.csv.gz'
const learnedUntil = '2011-06-01'
const [rounds, offenderRatio] = [20, 0.01]
/** An offender's rate over the peers' mean: put in, and looked for at the edge. */
const [timesPutIn, timesWatched] = [5, 3]

interface Round {
  readonly input: RatesInput
  readonly isOffender: readonly boolean[]
}

export const ratesEvaluation = defineEvaluation({
  name: 'rates',
  title: 'Rates and anomalies: who does it much more often than peers',
  data: ['uci_online_retail'],
  notes: [
    'Real counts: cancelled invoice lines of all lines, by product, of Online Retail. Peers are products of one price band. What is normal is learned on December to May and judged on June to September.',
    `Offenders are not labelled, so they are made: in ${rounds} seeded rounds, ${offenderRatio * 100} % of the products with at least 30 lines have further lines cancelled, so that their rate rises by ${timesPutIn - 1} times the mean.`,
    'The steps at the till are measured on shifts that are made, learned from others of the same kind with as many offenders among them.',
    'Precision of the queue: share of offenders among as many products as there are offenders. Precision of alarms: share of offenders among all alarms of all rounds; real products that come back very often are in it as false alarms although nobody knows.',
  ],
  async run(context) {
    const [learned, judged] = readPeriods(context)
    const artifact = ratesModel.fit(learned)
    const { result, seconds } = await timed(() => judge(artifact, judged, context))
    const edge = edgeMicroseconds()
    const rows: EvaluationRow[] = [
      {
        dataset: `Online Retail, June to September, ${judged.counts.length} products`,
        method: 'beta-binomial, queue by likelihood',
        metric: 'precision of the queue',
        better: 'higher',
        ours: result.queue,
        naive: { name: 'by raw rate', value: result.byRate },
        seconds,
      },
      {
        dataset: `Online Retail, June to September, ${judged.counts.length} products`,
        method: 'beta-binomial, false discoveries held to 10 %',
        metric: 'precision of alarms',
        better: 'higher',
        ours: result.alarmsRight / Math.max(1, result.alarms),
        naive: { name: 'rate at least 2 x mean', value: result.ruleRight / result.ruleAlarms },
        seconds,
        note: `${result.alarms} alarms in ${rounds} rounds where the rule raises ${result.ruleAlarms}; they find ${((result.alarmsRight / result.offenders) * 100).toFixed(0)} % of the offenders, the rule ${((result.ruleRight / result.offenders) * 100).toFixed(0)} %.`,
      },
      {
        dataset: 'a till, 5 million events',
        method: 'CUSUM of likelihood ratios',
        metric: 'microseconds an event',
        better: 'lower',
        ours: edge.microseconds,
        naive: { name: 'allowed at the edge', value: 50 },
        seconds: (edge.microseconds * 5e6) / 1e6,
        note: `At a rate of 1.5 % and at most one false alarm in 20,000 events (a cashier-year) the limit is ${edge.limit}; a cashier at three times the rate is found after ${edge.eventsToFind} events (median).`,
      },
    ]
    return [...rows, ...tillRows()]
  },
})

function readPeriods(context: EvaluationContext): [RatesInput, RatesInput] {
  const { InvoiceNo, InvoiceDate, StockCode, UnitPrice } = readColumns(context.data(file), {
    InvoiceNo: 'text',
    InvoiceDate: 'text',
    StockCode: 'text',
    UnitPrice: 'number',
  })
  const periods = [new Map<string, Own>(), new Map<string, Own>()] as const
  for (const [at, product] of StockCode.entries()) {
    // Codes without digits are postage, fees and corrections.
    if (!/^\d{5}/.test(product)) continue
    const period = periods[InvoiceDate[at]! < learnedUntil ? 0 : 1]
    const own = period.get(product) ?? {
      group: bandOf(UnitPrice[at]!),
      count: 0,
      trials: 0,
    }
    own.trials += 1
    if (InvoiceNo[at]!.startsWith('C')) own.count += 1
    period.set(product, own)
  }
  const inputOf = (period: ReadonlyMap<string, Own>): RatesInput => {
    const rows = [...period.values()]
    return {
      groups: rows.map(({ group }) => group),
      counts: rows.map(({ count }) => count),
      trials: rows.map(({ trials }) => trials),
    }
  }
  return [inputOf(periods[0]), inputOf(periods[1])]
}

function bandOf(price: number): string {
  return price < 2 ? 'below 2' : price < 5 ? '2 to 5' : '5 and more'
}

interface Own {
  readonly group: string
  count: number
  trials: number
}

function withOffenders({ groups, counts, trials }: RatesInput, random: Random, mu: number): Round {
  const open = groups.flatMap((_, at) => (trials[at]! >= 30 ? [at] : []))
  const chosen = new Set(random.shuffle(open).slice(0, Math.round(open.length * offenderRatio)))
  const more = Array.from(groups, (_, at) =>
    chosen.has(at)
      ? counts[at]! + random.binomial(trials[at]! - counts[at]!, (timesPutIn - 1) * mu)
      : counts[at]!,
  )
  return {
    input: { groups, counts: more, trials },
    isOffender: groups.map((_, at) => chosen.has(at)),
  }
}

function judge(
  artifact: ReturnType<typeof ratesModel.fit>,
  judged: RatesInput,
  context: EvaluationContext,
) {
  const sums = { queue: 0, byRate: 0, alarms: 0, alarmsRight: 0, ruleAlarms: 0, ruleRight: 0 }
  let offenders = 0
  const { mu } = artifact.chain
  for (let round = 0; round < rounds; round += 1) {
    const { input, isOffender } = withOffenders(judged, createRandom(`rates ${round}`), mu)
    const places = input.groups.map((_, at) => at).filter((at) => input.trials[at]! >= 30)
    const wanted = isOffender.filter(Boolean).length
    const right = (found: readonly number[]) => found.filter((at) => isOffender[at]).length
    const rate = (at: number) => input.counts[at]! / input.trials[at]!
    const verdicts = ratesModel.predict(artifact, input)
    const alarms = verdicts.flatMap(({ isAlarm }, at) => (isAlarm ? [at] : []))
    const rule = places.filter((at) => rate(at) >= 2 * mu)
    offenders += wanted
    sums.queue += right(inspectionQueue(verdicts, wanted)) / wanted / rounds
    sums.byRate +=
      right(places.toSorted((a, b) => rate(b) - rate(a)).slice(0, wanted)) / wanted / rounds
    sums.alarms += alarms.length
    sums.alarmsRight += right(alarms)
    sums.ruleAlarms += rule.length
    sums.ruleRight += right(rule)
    if (round === 0) context.chart('rates.svg', chartOf(artifact.chain))
  }
  return { ...sums, offenders }
}

/** How far the rate of an ordinary peer may lie from the mean: the funnel, by number of trials. */
function chartOf({ mu, rho }: { mu: number; rho: number }): string {
  const trials = Array.from({ length: 49 }, (_, at) => 30 + at * 20)
  const half = (n: number, own: number) =>
    3 * Math.sqrt(((mu * (1 - mu)) / n) * (1 + (n - 1) * own))
  const limits = (own: number) => trials.map((n) => [n, (mu + half(n, own)) * 100])
  return drawChart({
    title: 'More is normal than chance alone allows',
    subtitle: 'Online Retail, cancelled lines by product, December to May: limits for one peer',
    x: { label: 'lines of the product' },
    y: { label: 'cancelled lines, %', min: 0 },
    series: [
      {
        name: `mean of peers, ${(mu * 100).toFixed(2)} %`,
        kind: 'line',
        points: trials.map((n) => [n, mu * 100]),
      },
      { name: 'limit if chance were all (3 sd)', kind: 'dashed', points: limits(0) },
      { name: 'limit among these peers (3 sd)', kind: 'line', points: limits(rho) },
    ],
  })
}

function edgeMicroseconds() {
  const [rate, events] = [0.015, 5_000_000]
  const limit = limitFor(
    { rate, times: timesWatched },
    { eventsCount: 20_000, alarmsMax: 1, runs: 100, seed: 7 },
  )
  const watch = createWatch({ rate, times: timesWatched, limit })
  const random = createRandom('edge')
  const isYes = Uint8Array.from({ length: 4096 }, () => (random.next() < rate ? 1 : 0))
  const beganAt = performance.now()
  let [height, alarms] = [0, 0]
  for (let event = 0; event < events; event += 1) {
    height = watchEvent(watch, height, isYes[event & 4095] === 1)
    if (height < limit) continue
    alarms += 1
    height = 0
  }
  const microseconds = ((performance.now() - beganAt) * 1000) / events
  const found = Array.from({ length: 201 }, () => {
    let [own, count] = [0, 0]
    for (; own < limit && count < 1e6; count += 1)
      own = watchEvent(watch, own, random.next() < rate * timesWatched)
    return count
  }).sort((a, b) => a - b)
  return { microseconds, alarms, limit, eventsToFind: found[100]! }
}
