/** Instants that exist, vendors' ways of writing them, and the business day across clock changes. */
import { equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { businessDay, Instant, instantFrom, instantFromMs, msOf, systemClock } from './time.ts'

const epochMs = fc.integer({ min: Date.parse('1970-01-01'), max: Date.parse('2200-01-01') })

test('instants are texts that sort as time does', () => {
  fc.assert(
    fc.property(epochMs, epochMs, (a, b) => {
      const [left, right] = [instantFromMs(a), instantFromMs(b)]
      ok(Instant.safeParse(left).success)
      equal(msOf(left), a)
      equal(left < right, a < b)
    }),
  )
})

test('the same instant, whatever the offset it is written with', () => {
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })
  fc.assert(
    fc.property(epochMs, offset, (at, minutes) => {
      const local = instantFromMs(at + minutes * 60_000).slice(0, -1)
      const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
      const zone = `${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`
      equal(instantFrom(local + zone), instantFromMs(at))
      equal(instantFrom(local + zone.replace(':', '')), instantFromMs(at))
    }),
  )
})

const vendorTimes = [
  { why: 'Z', from: '2026-11-20T15:02:05Z', wants: '2026-11-20T15:02:05.000Z' },
  { why: 'an offset', from: '2026-11-20T10:02:05-05:00', wants: '2026-11-20T15:02:05.000Z' },
  { why: 'bare is UTC', from: '2026-11-20 15:02:05', wants: '2026-11-20T15:02:05.000Z' },
  { why: 'microseconds', from: '2026-11-20T15:02:05.831999Z', wants: '2026-11-20T15:02:05.831Z' },
  { why: 'a leap day', from: '2028-02-29T00:00:00Z', wants: '2028-02-29T00:00:00.000Z' },
]
for (const { why, from, wants } of vendorTimes)
  test(`instantFrom: ${why}`, () => equal(instantFrom(from), wants))

const noTimes = [
  '',
  'yesterday',
  '2026-11-20',
  '20/11/2026 15:02:05',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2027-02-29T00:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T00:00:00+25:00',
]
for (const text of noTimes)
  test(`instantFrom refuses "${text}" and names the field`, () => {
    throws(() => instantFrom(text, 'updated_at'), {
      code: 'payload_malformed',
      detail: { field: 'updated_at', expected: 'a date and time of RFC 3339' },
    })
  })

const notInstants = [
  '2026-13-01T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T00:00:60.000Z',
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.000+00:00',
  'x',
]
for (const text of notInstants)
  test(`the schema refuses ${text}`, () => ok(!Instant.safeParse(text).success))

const days = [
  {
    why: 'noon is today',
    at: '2026-11-20T17:00:00.000Z',
    zone: 'America/New_York',
    cutOver: 3,
    wants: '2026-11-20',
  },
  {
    why: '01:30 is yesterday',
    at: '2026-11-20T06:30:00.000Z',
    zone: 'America/New_York',
    cutOver: 3,
    wants: '2026-11-19',
  },
  {
    why: 'the cut-over itself is today',
    at: '2026-11-20T08:00:00.000Z',
    zone: 'America/New_York',
    cutOver: 3,
    wants: '2026-11-20',
  },
  {
    why: 'the last millisecond before it',
    at: '2026-11-20T07:59:59.999Z',
    zone: 'America/New_York',
    cutOver: 3,
    wants: '2026-11-19',
  },
  {
    why: 'no cut-over: midnight',
    at: '2026-11-20T05:00:00.000Z',
    zone: 'America/New_York',
    cutOver: 0,
    wants: '2026-11-20',
  },
  {
    why: 'ahead of UTC',
    at: '2026-11-19T16:00:00.000Z',
    zone: 'Asia/Tokyo',
    cutOver: 0,
    wants: '2026-11-20',
  },
  {
    why: 'a zone with a half hour',
    at: '2026-11-19T21:29:59.999Z',
    zone: 'Asia/Kolkata',
    cutOver: 3,
    wants: '2026-11-19',
  },
  {
    why: 'over the turn of a year',
    at: '2027-01-01T01:00:00.000Z',
    zone: 'Europe/Berlin',
    cutOver: 3,
    wants: '2026-12-31',
  },
  {
    why: 'clocks go forward, 03:30 is after the cut-over',
    at: '2026-03-29T01:30:00.000Z',
    zone: 'Europe/Berlin',
    cutOver: 3,
    wants: '2026-03-29',
  },
  {
    why: 'clocks go forward, 01:59 is before it',
    at: '2026-03-29T00:59:00.000Z',
    zone: 'Europe/Berlin',
    cutOver: 3,
    wants: '2026-03-28',
  },
  {
    why: 'clocks go back, 02:30 for the second time',
    at: '2026-10-25T01:30:00.000Z',
    zone: 'Europe/Berlin',
    cutOver: 3,
    wants: '2026-10-24',
  },
  {
    why: 'clocks go back, 03:00 is after it',
    at: '2026-10-25T02:00:00.000Z',
    zone: 'Europe/Berlin',
    cutOver: 3,
    wants: '2026-10-25',
  },
  {
    why: 'clocks go forward in New York',
    at: '2026-03-08T07:00:00.000Z',
    zone: 'America/New_York',
    cutOver: 3,
    wants: '2026-03-08',
  },
  {
    why: 'clocks go back in New York, 01:30 for the second time',
    at: '2026-11-01T06:30:00.000Z',
    zone: 'America/New_York',
    cutOver: 2,
    wants: '2026-10-31',
  },
]
for (const { why, at, zone, cutOver, wants } of days)
  test(`businessDay: ${why}`, () => equal(businessDay(at, zone, cutOver), wants))

test('the business day is the local date, or the one before it ahead of the cut-over', () => {
  const zone = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Tokyo',
  )
  fc.assert(
    fc.property(epochMs, zone, fc.integer({ min: 0, max: 23 }), (at, timeZone, cutOver) => {
      const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)
      const today = local.toPlainDate()
      const wants = local.hour < cutOver ? today.subtract({ days: 1 }) : today
      equal(businessDay(instantFromMs(at), timeZone, cutOver), wants.toString())
    }),
  )
})

test('the system clock tells the time of now', () => {
  const before = Date.now()
  ok(systemClock.nowMs() >= before)
})

function two(value: number): string {
  return String(value).padStart(2, '0')
}
