/** The till's memory and its steps: what an event costs, and who is asked, on shifts that are made. */
import {
  countEvent,
  createCounters,
  type TillEvent,
} from '../../../src/models/edge-score/counters.ts'
import { edgeScore, edgeSteps } from '../../../src/models/edge-score/model.ts'
import { createRandom } from '../../../src/models/math/random.ts'
import type { EvaluationRow } from '../evaluation.ts'

const [cashiersCount, days, offenderRatio] = [200, 28, 0.05]
const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]
const limitMinor = 10_000
/** Of an offender's refunds: so many times as many, and half of them just under the limit. */
const timesPutIn = 4

interface Shifts {
  readonly events: readonly TillEvent[]
  readonly offenders: ReadonlySet<string>
}

/** Honest rates differ by nature (a beta of mean 3 %), amounts are log-normal. */
function makeShifts(seed: string): Shifts {
  const random = createRandom(seed)
  const events: TillEvent[] = []
  const offenders = new Set<string>()
  for (let cashier = 0; cashier < cashiersCount; cashier += 1) {
    const entity = `${seed} ${cashier}`
    const isOffender = cashier < cashiersCount * offenderRatio
    if (isOffender) offenders.add(entity)
    const rate = random.beta(6, 194) * (isOffender ? timesPutIn : 1)
    for (let day = 0; day < days; day += 1) {
      let atMs = day * dayMs + random.below(6) * hourMs
      for (const ends = atMs + 8 * hourMs; atMs < ends; ) {
        atMs += Math.round(-Math.log(1 - random.next()) * 4 * minuteMs)
        const isRefund = random.next() < rate
        const isNear = isRefund && isOffender && random.next() < 0.5
        const usual = Math.exp(7.8 + 0.8 * random.normal())
        events.push({
          entity,
          group: cashier % 4 === 0 ? 'desk' : 'till',
          kind: isRefund ? 'refund' : 'sale',
          atMs,
          amountMinor: Math.round(isNear ? limitMinor * (0.9 + 0.1 * random.next()) : usual),
          approvalLimitMinor: limitMinor,
        })
      }
    }
  }
  return { events: events.sort((a, b) => a.atMs - b.atMs), offenders }
}

export function tillRows(): EvaluationRow[] {
  const table = edgeScore.fit(makeShifts('learned').events)
  const { events, offenders } = makeShifts('judged')
  const counters = createCounters()
  const steps: { event: TillEvent; step: number }[] = []
  const beganAt = performance.now()
  for (const event of events) {
    const { step } = edgeScore.predict(table, event, countEvent(counters, event, event.atMs))
    if (event.kind === 'refund') steps.push({ event, step: edgeSteps.indexOf(step) })
  }
  const seconds = (performance.now() - beganAt) / 1000
  const dataset = `made shifts, ${cashiersCount} cashiers, ${days} days, ${events.length.toLocaleString('en')} events`
  const share = (own: typeof steps, is: (one: (typeof steps)[number]) => boolean) =>
    own.filter(is).length / own.length
  const isOffence = ({ event }: (typeof steps)[number]) => offenders.has(event.entity)
  const isAsked = ({ step }: (typeof steps)[number]) => step >= 1
  const isNear = ({ event }: (typeof steps)[number]) =>
    event.amountMinor >= 0.9 * limitMinor && event.amountMinor < limitMinor
  const offences = steps.filter(isOffence)
  const honest = steps.filter((one) => !isOffence(one))
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`
  const from = (own: typeof steps, least: number) =>
    percent(share(own, ({ step }) => step >= least))
  const method = 'decayed counters, chances among peers, steps'
  return [
    {
      dataset,
      method,
      metric: 'microseconds an event',
      better: 'lower',
      ours: (seconds * 1e6) / events.length,
      naive: { name: 'allowed at the edge', value: 50 },
      seconds,
      note: 'counting and judging together, mean over all events; a refund costs more of it than a sale, which is only counted.',
    },
    {
      dataset,
      method,
      metric: 'share of offenders’ refunds among those that are asked for anything',
      better: 'higher',
      ours: share(steps.filter(isAsked), isOffence),
      naive: {
        name: 'all from 90 % of the limit up to it',
        value: share(steps.filter(isNear), isOffence),
      },
      seconds,
      note: `of ${percent(offenderRatio)} offenders with ${timesPutIn} times the rate and half of their refunds just under the limit, ${from(offences, 1)} of the refunds are asked for a reason or more, ${from(offences, 2)} for a PIN or more, ${from(offences, 3)} are held; of honest refunds ${from(honest, 1)}, ${from(honest, 2)} and ${from(honest, 3)}. The rule asks ${percent(share(offences, isNear))} and ${percent(share(honest, isNear))}. Both kinds of cashiers are made, so that this shows that the steps do what they say and not how thieves behave.`,
    },
  ]
}
