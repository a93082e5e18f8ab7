/** How far clocks may be off, and what names a thread. */
import { doesNotThrow, equal, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { instantFromMs } from '../base/time.ts'
import { assertTimely, eventClockLimits, parseEvent, traceIdOf } from './event.ts'

const nowMs = Date.parse('2026-11-20T15:00:00.000Z')
const { futureMsMax, ageMsMax } = eventClockLimits

const rows = [
  { why: 'now', offMs: 0, code: undefined },
  { why: 'as far ahead as a clock may run', offMs: futureMsMax, code: undefined },
  { why: 'a millisecond further ahead', offMs: futureMsMax + 1, code: 'event_in_future' },
  { why: 'as old as a fact may be', offMs: -ageMsMax, code: undefined },
  { why: 'a millisecond older', offMs: -ageMsMax - 1, code: 'event_too_late' },
  { why: 'the year 1970', offMs: -nowMs, code: 'event_too_late' },
]
for (const { why, offMs, code } of rows)
  test(`clock: ${why}`, () => {
    const occurredAt = instantFromMs(nowMs + offMs)
    if (code === undefined) doesNotThrow(() => assertTimely(occurredAt, nowMs))
    else
      throws(() => assertTimely(occurredAt, nowMs), {
        code,
        detail: { field: 'occurredAt', occurredAt },
      })
  })

test('every instant is either timely, or early, or late, by the limits alone', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2 * ageMsMax, max: 2 * ageMsMax }), (offMs) => {
      const wants =
        offMs > futureMsMax ? 'event_in_future' : offMs < -ageMsMax ? 'event_too_late' : ''
      let got = ''
      try {
        assertTimely(instantFromMs(nowMs + offMs), nowMs)
      } catch (error) {
        got = (error as { code: string }).code
      }
      equal(got, wants)
    }),
  )
})

test('the trace id is the second part of the traceparent', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  equal(traceIdOf({ traceparent }), '4bf92f3577b34da6a3ce929d0e0e4736')
})

for (const input of [null, undefined, [], 'x', { type: '__proto__' }])
  test(`${JSON.stringify(input)} is no event`, () => {
    throws(() => parseEvent(input), { code: 'event_malformed' })
  })
