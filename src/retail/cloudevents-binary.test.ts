/** Binary mode: every type survives it, headers are text, and what is malformed is named. */
import { deepEqual, equal, match, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { anyEvent } from '../../test/arbitrary-events.ts'
import { fromBinary, toBinary } from './cloudevents-binary.ts'
import { type EventType, events } from './events.ts'

const types = Object.keys(events) as EventType[]

test('every event comes back as it went, with attributes as headers of text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types).chain(anyEvent), (event) => {
      const binary = toBinary(event)
      deepEqual(fromBinary(binary), event)
      equal(binary.headers.get('content-type'), 'application/json')
      for (const [name, value] of binary.headers) {
        match(name, /^(content-type|ce_[a-z0-9]{1,20})$/)
        equal(typeof value, 'string')
      }
    }),
    { numRuns: 100 },
  )
})

const [event] = fc.sample(anyEvent('drawer.opened'), { numRuns: 1, seed: 1 })
const { headers, value } = toBinary(event as never)
const rows = [
  { why: 'no version', change: { ce_specversion: '' }, field: 'specversion' },
  { why: 'another media type', change: { 'content-type': 'text/plain' }, field: 'content-type' },
  { why: 'a sequence that is no number', change: { ce_sequence: 'x' }, field: 'sequence' },
  {
    why: 'a store that is not its source',
    change: { ce_source: '/stores/str_x' },
    field: 'source',
  },
]
for (const { why, change, field } of rows)
  test(why, () => {
    const wrong = new Map([...headers, ...Object.entries(change)])
    throws(() => fromBinary({ headers: wrong, value }), new RegExp(`field ${field}`))
  })

test('a value that is not JSON', () => {
  throws(() => fromBinary({ headers, value: '{' }), /event_malformed.*field data/)
})
