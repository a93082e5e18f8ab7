/** Law by place and date, and what it asks for a late change or a short night. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { changePremiumMinor, type LawRow, lawOn, restFindings } from './laws.ts'

test('a law holds from its first day to its last', () => {
  equal(lawOn('us-il-evanston', '2023-12-31').notice_days, undefined)
  equal(lawOn('us-il-evanston', '2024-01-01').notice_days, 14)
  const row = { place: 'x', rule: 'rest_hours', appliesTo: 'all', isConfirmed: true } as const
  const table: LawRow[] = [
    { ...row, value: 9, validFrom: '2020-01-01', validTo: '2024-12-31' },
    { ...row, value: 11, validFrom: '2025-01-01' },
  ]
  equal(lawOn('x', '2024-12-31', table).rest_hours, 9)
  equal(lawOn('x', '2025-01-01', table).rest_hours, 11)
})

const change = { noticeDays: 3, hoursBefore: 8, hoursAfter: 8, costMinorAnHour: 2000 }
const rows = [
  { why: 'nothing changed', change, wants: 0 },
  { why: 'in time', change: { ...change, noticeDays: 14, hoursAfter: 4 }, wants: 0 },
  { why: 'four hours cut: half their pay', change: { ...change, hoursAfter: 4 }, wants: 4000 },
  { why: 'hours added: one hour of pay', change: { ...change, hoursAfter: 10 }, wants: 2000 },
]
for (const { why, change, wants } of rows)
  test(`Oregon, ${why}`, () =>
    equal(changePremiumMinor(lawOn('us-or', '2026-03-01'), change), wants))

test('a short night is found, with the hours that its premium is paid on', () => {
  const shifts = [
    { startMinute: 14 * 60, endMinute: 22 * 60 },
    { startMinute: 1440 + 6 * 60, endMinute: 1440 + 14 * 60 },
  ]
  deepEqual(restFindings(lawOn('us-or', '2026-03-01'), shifts), [
    { shift: 1, restMinutes: 480, premiumHours: 4 },
  ])
  deepEqual(restFindings({}, shifts), [])
})
