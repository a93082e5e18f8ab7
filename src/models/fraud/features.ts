/**
 * What is known of a payment the moment it is made: how this customer usually pays, and what is known
 * of frauds at this terminal. A fraud is known only days later, so spans over labels end that much
 * earlier. The first fifteen are the features of the Fraud Detection Handbook (Le Borgne et al. 2022,
 * chapter 3), the others say what these leave out: how unusual the amount is for this customer, and
 * how a run of frauds at the terminal began and whether it still goes on.
 */
import { createSlidingSums, type Lane, msPerDay, type Span } from '../sliding-sums.ts'

export interface Payment {
  /** Epoch milliseconds; payments come in this order. */
  readonly atMs: number
  readonly customer: number | string
  readonly terminal: number | string
  readonly amountMinor: number
}

const spanDays = [1, 7, 30] as const

export const handbookFeatures = [
  'amount',
  'is_weekend',
  'is_night',
  ...spanDays.flatMap((days) => [`customer_count_${days}d`, `customer_mean_amount_${days}d`]),
  ...spanDays.flatMap((days) => [`terminal_count_${days}d`, `terminal_risk_${days}d`]),
] as const

export const fraudFeatures = [
  ...handbookFeatures,
  'amount_over_usual',
  'amount_deviations',
  'customer_unusual_14d',
  'customer_recent_over_usual',
  'customer_days_since_last',
  'terminal_plain_frauds_7d',
  'terminal_plain_risk_30d',
  'terminal_days_since_first_fraud',
  'terminal_days_since_last_fraud',
  'terminal_clean_since_fraud',
  'terminal_run_risk',
] as const

export interface FraudHistory {
  /**
   * Writes the features of a payment, in the order of `fraudFeatures`; then it is history.
   * @param isFraud where that is known already, as in a replay: it is used `delayDays` later, not before
   */
  next(payment: Payment, into: Float32Array, isFraud?: boolean): void
  /** A payment turned out to be fraud; false where it is too old to matter. */
  confirm(payment: Pick<Payment, 'terminal' | 'atMs'>): boolean
}

export interface HistorySettings {
  /** How long until a fraud is known. */
  readonly delayDays: number
  /** Night ends at this hour, included; weekends and nights are of this offset from UTC. */
  readonly nightUntilHour: number
  readonly utcOffsetHours: number
}

const defaults: HistorySettings = { delayDays: 7, nightUntilHour: 6, utcOffsetHours: 0 }

const customerSpans: Span[] = [...spanDays, 14].map((days) => ({ days, delayDays: 0 }))
const unusualAt = { span: 3, measure: 2 } as const
const [fraud, plainFraud, isPlain] = [0, 1, 2] as const
/** A run of frauds is looked back on for so long. */
const runDaysMax = 45
const runLengthMax = 256
/** So many deviations above the customer's mean make an amount unusual. */
const unusualDeviations = 3

export function createFraudHistory(given: Partial<HistorySettings> = {}): FraudHistory {
  const settings = { ...defaults, ...given }
  const { delayDays } = settings
  const customers = createSlidingSums<Payment['customer']>(customerSpans, 3)
  const terminals = createSlidingSums<Payment['terminal']>(
    [
      ...spanDays.map((days) => ({ days, delayDays })),
      // The last one is what `runs` counts places by.
      { days: runDaysMax, delayDays },
    ],
    3,
  )
  /** Places of frauds by terminal, oldest first, known or not yet. */
  const runs = new Map<Payment['terminal'], { place: number; atMs: number }[]>()

  function noteFraud(terminal: Payment['terminal'], atMs: number, place: number): void {
    const run = runs.get(terminal)
    if (run === undefined) {
      runs.set(terminal, [{ place, atMs }])
      return
    }
    run.push({ place, atMs })
    if (run.length > 1 && run.at(-2)!.atMs > atMs) run.sort((a, b) => a.atMs - b.atMs)
    if (run.length > runLengthMax) run.shift()
  }

  return {
    next(payment, into, isFraud = false) {
      const { atMs, customer, terminal, amountMinor } = payment
      const amount = amountMinor / 100
      const own = customers.at(customer, atMs)
      const there = terminals.at(terminal, atMs)
      writeTime(into, atMs, amount, settings)
      writeCustomer(into, own, amount, atMs)
      const run = runs.get(terminal)
      writeTerminal(into, there)
      writeRun(into, there, run, atMs, delayDays)
      const isUnusual = into[at('amount_deviations')]! > unusualDeviations ? 1 : 0
      customers.add(customer, atMs, [amount, amount * amount, isUnusual])
      const plain = isFraud && isUnusual === 0 ? 1 : 0
      terminals.add(terminal, atMs, [isFraud ? 1 : 0, plain, 1 - isUnusual])
      if (plain === 1) noteFraud(terminal, atMs, there.dropped + there.times.length - 1)
    },
    confirm({ terminal, atMs }) {
      if (!terminals.amend(terminal, atMs, fraud, 1)) return false
      const lane = terminals.at(terminal, atMs)
      const place = lane.times.lastIndexOf(atMs)
      if (lane.values[place * 3 + isPlain] !== 1 || lane.values[place * 3 + plainFraud] === 1)
        return true
      terminals.amend(terminal, atMs, plainFraud, 1)
      noteFraud(terminal, atMs, lane.dropped + place)
      return true
    },
  }
}

const places = new Map<string, number>(fraudFeatures.map((name, place) => [name, place]))
function at(name: (typeof fraudFeatures)[number]): number {
  return places.get(name)!
}
const place = {
  customer: at('customer_count_1d'),
  terminal: at('terminal_count_1d'),
  usual: at('amount_over_usual'),
  plain: at('terminal_plain_frauds_7d'),
  run: at('terminal_days_since_first_fraud'),
}

function writeTime(
  into: Float32Array,
  atMs: number,
  amount: number,
  { nightUntilHour, utcOffsetHours }: HistorySettings,
): void {
  const hours = Math.floor(atMs / 3600_000) + utcOffsetHours
  // The first of January 1970 was a Thursday; Monday is 0.
  const weekday = (Math.floor(hours / 24) + 3) % 7
  into[0] = amount
  into[1] = weekday >= 5 ? 1 : 0
  into[2] = ((hours % 24) + 24) % 24 <= nightUntilHour ? 1 : 0
}

/** Spans end with this payment, as in the handbook; what is usual is of those before it. */
function writeCustomer(into: Float32Array, lane: Lane, amount: number, atMs: number): void {
  const width = 4
  const { sums, times } = lane
  for (let span = 0; span < spanDays.length; span += 1) {
    const count = sums[span * width]! + 1
    into[place.customer + 2 * span] = count
    into[place.customer + 2 * span + 1] = (sums[span * width + 1]! + amount) / count
  }
  const count = sums[2 * width]!
  const total = sums[2 * width + 1]!
  if (count < 1) {
    into.fill(Number.NaN, place.usual, place.usual + 5)
    into[place.usual + 2] = 0
    return
  }
  const mean = total / count
  const variance = Math.max(0, sums[2 * width + 2]! / count - mean * mean)
  // Of few payments the spread is not known: pulled to half the mean by five of them.
  const spread = Math.sqrt((count * variance + 5 * (mean / 2) ** 2) / (count + 5))
  const week = sums[width]!
  into[place.usual] = mean > 0 ? amount / mean : Number.NaN
  into[place.usual + 1] = spread > 0 ? (amount - mean) / spread : 0
  into[place.usual + 2] = sums[unusualAt.span * width + 1 + unusualAt.measure]!
  into[place.usual + 3] = week > 0 && mean > 0 ? sums[width + 1]! / week / mean : Number.NaN
  into[place.usual + 4] = (atMs - times.at(-1)!) / msPerDay
}

function writeTerminal(into: Float32Array, { sums }: Lane): void {
  const width = 4
  for (let span = 0; span < spanDays.length; span += 1) {
    const count = sums[span * width]!
    into[place.terminal + 2 * span] = count
    into[place.terminal + 2 * span + 1] = count > 0 ? sums[span * width + 1 + fraud]! / count : 0
  }
  const ordinary = sums[2 * width + 1 + isPlain]!
  into[place.plain] = sums[width + 1 + plainFraud]!
  into[place.plain + 1] = ordinary > 0 ? sums[2 * width + 1 + plainFraud]! / ordinary : 0
}

/** Frauds that are known by now and that the amount alone did not give away. */
function writeRun(
  into: Float32Array,
  { sums, entered, dropped }: Lane,
  run: { place: number; atMs: number }[] | undefined,
  atMs: number,
  delayDays: number,
): void {
  const runSpan = 3
  const knownUntil = atMs - delayDays * msPerDay
  while (run !== undefined && run.length > 0 && run[0]!.atMs <= knownUntil - runDaysMax * msPerDay)
    run.shift()
  let known = 0
  while (run !== undefined && known < run.length && run[known]!.atMs <= knownUntil) known += 1
  if (run === undefined || known === 0) {
    into.fill(Number.NaN, place.run, place.run + 4)
    return
  }
  const [first, last] = [run[0]!, run[known - 1]!]
  const knownPlaces = dropped + entered[runSpan]!
  into[place.run] = (atMs - first.atMs) / msPerDay
  into[place.run + 1] = (atMs - last.atMs) / msPerDay
  into[place.run + 2] = knownPlaces - 1 - last.place
  into[place.run + 3] = sums[runSpan * 4 + 1 + plainFraud]! / Math.max(1, knownPlaces - first.place)
}
