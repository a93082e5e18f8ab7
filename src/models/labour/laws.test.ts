/** Law by place and date, and what it asks for a late change or a short night. */
import { deepEqual, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import { lateChange, restFindings } from './law-premiums.ts'
import { type Law, lawOn, lawTable } from './laws.ts'

test('a law holds from its first day to its last, and a later one replaces it', () => {
  equal(lawOn('us-il-evanston', '2023-12-31').rules.notice_days, undefined)
  equal(lawOn('us-il-evanston', '2024-01-01').rules.notice_days, 14)
  equal(lawOn('us-or', '2020-06-30').rules.notice_days, 7)
  equal(lawOn('us-or', '2020-07-01').rules.notice_days, 14)
  const law: Law = {
    place: 'xx',
    appliesTo: 'all',
    source: 'made up',
    isConfirmed: true,
    validFrom: '2020-01-01',
    rules: { rest_hours: 9, notice_days: 7 },
  }
  const table = lawTable([{ ...law, validFrom: '2025-01-01', rules: { rest_hours: 11 } }, law])
  deepEqual(lawOn('xx', '2024-12-31', table).rules, { rest_hours: 9, notice_days: 7 })
  deepEqual(lawOn('xx', '2025-01-01', table).rules, { rest_hours: 11, notice_days: 7 })
})

test('every law has a source, and says what of it is not confirmed', () => {
  const { rules, laws } = lawOn('us-wa-seattle', '2026-11-01')
  deepEqual(
    laws.filter(({ isConfirmed }) => !isConfirmed).map((law) => Object.keys(law.rules)),
    [['rest_hours', 'rest_premium_missing_ratio']],
  )
  deepEqual(Object.keys(rules).length, laws.flatMap((law) => Object.keys(law.rules)).length)
})

test('a table that does not fit is refused by the name of the field', () => {
  throws(() => lawTable([{ ...lawTable()[0], validFrom: '1 July 2018' }]), /0\.validFrom/)
  throws(() => lawOn('us-or', '2026-3-1'), { code: 'model_input_malformed' })
})

const cut = { hoursBefore: 8, hoursAfter: 4, isMoved: false, costMinorAnHour: 2000 }
const more = { ...cut, hoursAfter: 10 }
const moved = { ...cut, hoursAfter: 8, isMoved: true }
const cancelled = { ...cut, hoursAfter: 0 }
const changes = [
  { place: 'us-or', why: 'nothing changed', hours: 72, of: { ...cut, hoursAfter: 8 }, wants: 0 },
  { place: 'us-or', why: 'in time', hours: 14 * 24, of: cut, wants: 0 },
  { place: 'us-or', why: 'half the pay of hours cut', hours: 72, of: cut, wants: 4000 },
  { place: 'us-or', why: 'an hour for hours added', hours: 72, of: more, wants: 2000 },
  { place: 'us-or', why: 'an hour for a move', hours: 72, of: moved, wants: 2000 },
  { place: 'us-or', why: '30 minutes', hours: 72, of: { ...cut, hoursAfter: 8.5 }, wants: 0 },
  { place: 'us-il-chicago', why: 'an hour, a day ahead', hours: 30, of: cut, wants: 2000 },
  { place: 'us-il-chicago', why: 'half, the same day', hours: 20, of: cut, wants: 4000 },
  { place: 'us-il-evanston', why: 'up to four hours', hours: 20, of: cancelled, wants: 8000 },
  { place: 'us-ca-san-francisco', why: 'free, a week ahead', hours: 170, of: more, wants: 0 },
  { place: 'us-ca-san-francisco', why: 'an hour', hours: 100, of: cancelled, wants: 2000 },
  { place: 'us-ca-san-francisco', why: 'four hours', hours: 20, of: cancelled, wants: 8000 },
  {
    place: 'us-ca-san-francisco',
    why: 'two hours for a short shift',
    hours: 20,
    of: { ...cut, hoursBefore: 0, hoursAfter: 4 },
    wants: 4000,
  },
  { place: 'us-ny-new-york-city', why: 'no premium', hours: 20, of: cut, wants: 0 },
]
for (const { place, why, hours, of, wants } of changes)
  test(`${place}, ${why}`, () => {
    const { rules } = lawOn(place, '2026-03-01')
    equal(lateChange(rules, { ...of, noticeHours: hours }).premiumMinor, wants)
  })

test('what must be agreed to, and what is forbidden', () => {
  const newYork = lawOn('us-ny-new-york-city', '2026-03-01').rules
  deepEqual(lateChange(newYork, { ...more, noticeHours: 71 }), {
    premiumMinor: 0,
    needsConsent: true,
    isForbidden: false,
  })
  equal(lateChange(newYork, { ...cancelled, noticeHours: 71 }).isForbidden, true)
  equal(lateChange(newYork, { ...cancelled, noticeHours: 72 }).isForbidden, false)
})

const shifts = [
  { startMinute: 14 * 60, endMinute: 22 * 60, costMinorAnHour: 2000 },
  { startMinute: 1440 + 6 * 60, endMinute: 1440 + 14 * 60, costMinorAnHour: 2000 },
]
const nights = [
  { place: 'us-or', why: 'half of all eight hours', wants: 8000 },
  { place: 'us-wa-seattle', why: 'half of the two that lack', wants: 2000 },
  { place: 'us-pa-philadelphia', why: 'a sum', wants: 4000 },
]
for (const { place, why, wants } of nights)
  test(`a night of eight hours, ${place}: ${why}`, () =>
    deepEqual(restFindings(lawOn(place, '2026-03-01').rules, shifts), [
      { shift: 1, restMinutes: 480, premiumMinor: wants },
    ]))

test('no rule, no finding', () => deepEqual(restFindings({}, shifts), []))
