/** A store's day: when it trades, who works when, and where a real invoice's hour falls in it. */
import type { DemoStore } from './demo-chain.ts'
import { belowBy, hash32, pickBy, unitBy } from './hash.ts'
import type { SimulatedEmployee } from './till.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Nearly all was booked between these minutes of the day; they are stretched over the trading hours. */
const bookedMinutes = { from: 7.5 * 60, to: 20.5 * 60 } as const

export interface TradingDay {
  readonly date: string
  readonly opensMs: number
  readonly closesMs: number
  readonly shifts: readonly WorkedShift[]
  /** Keeps the order of the real times; `spread` in [0, 1) places it within its minute. */
  instantOf(minuteOfDay: number, spread: number): number
  /** Who rings at that instant, and at which till: by `key`. */
  cashierAt(atMs: number, key: string): SimulatedEmployee
}

export interface WorkedShift {
  readonly employee: SimulatedEmployee
  readonly startsMs: number
  readonly endsMs: number
}

/** @param date the store's local date, `2026-11-20` */
export function tradingDay(seed: string, store: DemoStore, date: string): TradingDay {
  // Counted from 04:00, since clocks change before it.
  const fourMs = Temporal.PlainDate.from(date).toZonedDateTime({
    timeZone: store.timeZone,
    plainTime: '04:00',
  }).epochMilliseconds
  const opensMs = fourMs + (store.opensHour - 4) * hourMs
  const closesMs = fourMs + (store.closesHour - 4) * hourMs
  const shifts = shiftsOf(seed, store, date, opensMs, closesMs)
  const fromMs = opensMs + 5 * minuteMs
  const msPerMinute = (closesMs - 10 * minuteMs - fromMs) / (bookedMinutes.to - bookedMinutes.from)
  return {
    date,
    opensMs,
    closesMs,
    shifts,
    instantOf(minuteOfDay, spread) {
      const minutes = Math.min(Math.max(minuteOfDay, bookedMinutes.from), bookedMinutes.to)
      return Math.round(fromMs + (minutes - bookedMinutes.from + spread) * msPerMinute)
    },
    cashierAt(atMs, key) {
      const present = shifts.filter((shift) => shift.startsMs <= atMs && atMs < shift.endsMs)
      return pickBy(present.length > 0 ? present : shifts, seed, 'cashier', key).employee
    },
  }
}

/**
 * Three in four work on a day, half of them early and half late, with an hour and a half together;
 * one manager at least is there all day.
 */
function shiftsOf(
  seed: string,
  { storeId, atVendor }: DemoStore,
  date: string,
  opensMs: number,
  closesMs: number,
): WorkedShift[] {
  const [manager, deputy, ...others] = atVendor.employees
  const lead = hash32(seed, 'lead', storeId, date) % 3 === 0 ? deputy : manager
  if (lead === undefined) throw new RangeError('a store has a manager')
  const around = (ms: number, key: string) =>
    ms + Math.round((unitBy(seed, key, storeId, date) - 0.5) * 6 * minuteMs)
  const middleMs = (opensMs + closesMs) / 2
  const beforeMs = opensMs - 15 * minuteMs
  const afterMs = closesMs + 15 * minuteMs
  const working = others.filter(({ externalId }) => unitBy(seed, 'works', externalId, date) < 0.75)
  return [
    { employee: lead, startsMs: around(beforeMs, 'lead in'), endsMs: around(afterMs, 'lead out') },
    ...working.map((employee, index) => {
      const { externalId } = employee
      const isEarly = (index + belowBy(2, seed, 'early', storeId, date)) % 2 === 0
      return {
        employee,
        startsMs: around(isEarly ? beforeMs : middleMs - 45 * minuteMs, `in ${externalId}`),
        endsMs: around(isEarly ? middleMs + 45 * minuteMs : afterMs, `out ${externalId}`),
      }
    }),
  ]
}
