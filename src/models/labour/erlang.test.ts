/** Erlang C against published values; its laws. */
import { equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { erlangC, queueState, staffForQueue } from './erlang.ts'

const rows = [
  { load: 8, staff: 10, wants: 0.40918 },
  { load: 2.5, staff: 4, wants: 0.319857 },
  { load: 4, staff: 6, wants: 0.284761 },
]
for (const { load, staff, wants } of rows)
  test(`${load} erlangs and ${staff} people: ${wants} wait`, () =>
    close(erlangC(load, staff), wants, 3e-6))

test('2.5 erlangs, 4 people, 180 s: 80.6 % begin within 60 s', () => {
  const queue = { arrivalsAnHour: 50, serviceSeconds: 180 }
  close(queueState(queue, 4, 60).servedRatio, 0.805997, 3e-6)
  equal(staffForQueue(queue, { servedRatio: 0.8, withinSeconds: 60, occupancyMax: 0.85 }), 4)
})

test('more people, less waiting; more customers, more people', () => {
  const goal = { servedRatio: 0.8, withinSeconds: 60, occupancyMax: 0.85 }
  fc.assert(
    fc.property(fc.double({ min: 0, max: 400, noNaN: true }), fc.nat(60), (load, extra) => {
      const staff = Math.ceil(load) + 1
      ok(erlangC(load, staff + extra + 1) <= erlangC(load, staff + extra) + 1e-12)
      const few = { arrivalsAnHour: load, serviceSeconds: 120 }
      const many = { arrivalsAnHour: load * 1.5, serviceSeconds: 120 }
      ok(staffForQueue(few, goal) <= staffForQueue(many, goal))
    }),
  )
})

test('nobody comes, nobody is needed', () => {
  const queue = { arrivalsAnHour: 0, serviceSeconds: 60 }
  equal(staffForQueue(queue, { servedRatio: 0.8, withinSeconds: 60, occupancyMax: 0.85 }), 0)
  equal(queueState(queue, 0, 60).servedRatio, 1)
})

test('what is no queue is refused by its field', () => {
  for (const arrivalsAnHour of [Number.NaN, -1, 1e9])
    throws(
      () => queueState({ arrivalsAnHour, serviceSeconds: 60 }, 2, 60),
      (error) => error instanceof Fault && error.detail.field === 'arrivalsAnHour',
    )
})
