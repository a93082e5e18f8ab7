/** Events on the wire: every type survives CloudEvents and JSON, and a wrong attribute is named. */
import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { anyEvent } from '../../test/arbitrary-events.ts'
import { type CloudEvent, fromCloudEvent, toCloudEvent } from './cloudevents.ts'
import { parseEvent, traceIdOf } from './event.ts'
import { type EventType, events } from './events.ts'

const types = Object.keys(events) as EventType[]

for (const type of types)
  test(`${type} comes back from the wire as it went`, () => {
    fc.assert(
      fc.property(anyEvent(type), (event) => {
        deepEqual(fromCloudEvent(JSON.parse(JSON.stringify(toCloudEvent(event)))), event)
        deepEqual(parseEvent(event), event)
      }),
      { numRuns: 50 },
    )
  })

test('attribute names are as CloudEvents allows: lower case letters and digits, values of text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types).chain(anyEvent), (event) => {
      const { data, ...attributes } = toCloudEvent(event)
      equal(typeof data, 'object')
      for (const [name, value] of Object.entries(attributes)) {
        match(name, /^[a-z0-9]{1,20}$/)
        ok(typeof value === 'string' && value !== '', name)
      }
    }),
    { numRuns: 50 },
  )
})

const sent = toCloudEvent(
  fc.sample(anyEvent('inventory.changed'), { numRuns: 1, seed: 1 })[0] as never,
)

test('the attributes say what consumers route by', () => {
  equal(sent.source, `/stores/${sent.partitionkey}`)
  equal(sent.correlationid, traceIdOf({ traceparent: sent.traceparent }))
  equal(sent.dataclassification, 'internal')
})

const wrongs: { why: string; change: Partial<Record<keyof CloudEvent, unknown>>; field: string }[] =
  [
    { why: 'another version of CloudEvents', change: { specversion: '0.3' }, field: 'specversion' },
    { why: 'an id that is no UUID', change: { id: '1' }, field: 'id' },
    { why: 'a type that no list holds', change: { type: 'sale.exploded' }, field: 'type' },
    { why: 'a type of Object.prototype', change: { type: 'toString' }, field: 'type' },
    {
      why: 'a day that the calendar has not',
      change: { time: '2026-02-30T00:00:00.000Z' },
      field: 'occurredAt',
    },
    { why: 'a month 13', change: { time: '2026-13-01T00:00:00.000Z' }, field: 'occurredAt' },
    { why: 'a local time', change: { time: '2026-01-01T00:00:00+01:00' }, field: 'occurredAt' },
    { why: 'no traceparent', change: { traceparent: undefined }, field: 'traceparent' },
    { why: 'no data', change: { data: undefined }, field: 'data' },
    {
      why: 'data of another type',
      change: { data: { deviceId: 'd', status: 'online' } },
      field: 'data.sku',
    },
    {
      why: 'a source that is another store',
      change: { source: '/stores/str_other' },
      field: 'source',
    },
    ...[0, 5, '0', '-1', '1.5', '1e3', '', ' 7', true, ['5'], null, '9007199254740993'].map(
      (sequence) => ({
        why: `the sequence ${JSON.stringify(sequence)}`,
        change: { sequence },
        field: 'sequence',
      }),
    ),
  ]
for (const { why, change, field } of wrongs)
  test(`${why} is refused by name`, () => {
    throws(
      () => fromCloudEvent({ ...sent, ...change }),
      (error: { code: string; detail: { field: string } }) =>
        equal(error.code, 'event_malformed') === undefined &&
        equal(error.detail.field, field) === undefined,
    )
  })

for (const input of [null, undefined, 'text', 5, [], {}])
  test(`${JSON.stringify(input)} is no event`, () => {
    throws(() => fromCloudEvent(input), { code: 'event_malformed' })
  })

test('attributes that we do not know pass, and are not kept', () => {
  const event = fromCloudEvent({
    ...sent,
    tenant: 'x',
    data: { ...(sent.data as object), email: 'a@b.c' },
  })
  ok(!JSON.stringify(event).includes('a@b.c'))
  deepEqual(toCloudEvent(event), sent)
})
