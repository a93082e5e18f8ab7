/** The table of faults: codes and statuses that mean something, and what crosses a wire. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { Fault, type FaultCode, faults } from './fault.ts'

const listed = Object.entries(faults)

test('every code is written once, in snake case', () => {
  const source = readFileSync(new URL('./fault.ts', import.meta.url), 'utf8')
  const table = source.slice(
    source.indexOf('export const faults'),
    source.indexOf('} as const satisfies'),
  )
  const written = [...table.matchAll(/^ {2}([a-z_]+): \{/gm)].map(([, code]) => code)
  deepEqual(written.toSorted(), listed.map(([code]) => code).toSorted())
  for (const [code] of listed) match(code, /^[a-z]+(_[a-z]+)*$/)
})

test('every fault has a sentence of its own and an HTTP status of failure', () => {
  for (const [code, { status, says }] of listed) {
    match(says, /^[A-Z].*\.$/, code)
    ok([400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503].includes(status), code)
  }
  equal(new Set(listed.map(([, { says }]) => says)).size, listed.length)
})

test('what may pass by itself is 503, so that callers know to try again', () => {
  for (const [code, { status, says }] of listed)
    if (/try again/i.test(says)) ok(status === 503 || status === 429, code)
  for (const code of ['vendor_unreachable', 'circuit_open', 'outbox_full'] satisfies FaultCode[])
    equal(faults[code].status, 503)
})

test('a body carries code, status, sentence, field and expectation, and the rest as detail', () => {
  deepEqual(
    new Fault('event_malformed', {
      field: 'data.lines',
      expected: 'a list',
      type: 'sale.completed',
    }).toBody(),
    {
      code: 'event_malformed',
      status: 422,
      says: faults.event_malformed.says,
      field: 'data.lines',
      expected: 'a list',
      detail: { type: 'sale.completed' },
    },
  )
  deepEqual(new Fault('not_found').toBody(), {
    code: 'not_found',
    status: 404,
    says: faults.not_found.says,
  })
})

test('a body never carries the cause', () => {
  const fault = new Fault('internal', {}, new Error('password=x'))
  ok(!JSON.stringify(fault.toBody()).includes('password'))
  equal((fault.cause as Error).message, 'password=x')
})

test('the message says it all in one line', () => {
  const fault = new Fault('store_unknown', { field: 'storeId', storeId: 'str_x' })
  equal(fault.message, `store_unknown: ${faults.store_unknown.says} (field storeId, storeId str_x)`)
  equal(fault.status, 422)
  equal(fault.name, 'Fault')
})

test('anything thrown becomes a fault, and a fault stays itself', () => {
  const fault = new Fault('conflict')
  equal(Fault.from(fault), fault)
  for (const thrown of [new TypeError('x'), 'text', undefined]) {
    equal(Fault.from(thrown).code, 'internal')
    equal(Fault.from(thrown).cause, thrown)
  }
})
