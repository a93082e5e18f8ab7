/** The circuit around the hub: when it lets a question through. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { createCircuit } from './circuit.ts'

function circuitAt() {
  const clock = { ms: 0 }
  return { clock, circuit: createCircuit({ failuresMax: 3, openMs: 1000 }, () => clock.ms) }
}

test('single failures do not open it', () => {
  const { circuit } = circuitAt()
  for (const _ of [1, 2, 3]) {
    circuit.failed()
    circuit.failed()
    circuit.succeeded()
  }
  equal(circuit.mayAsk(), true)
})

test('failures in a row open it, and one question at a time tries again afterwards', () => {
  const { clock, circuit } = circuitAt()
  for (const _ of [1, 2, 3]) circuit.failed()
  equal(circuit.mayAsk(), false)
  clock.ms = 1000
  deepEqual([circuit.mayAsk(), circuit.mayAsk()], [true, false])
  circuit.failed()
  equal(circuit.mayAsk(), false)
  clock.ms = 2000
  equal(circuit.mayAsk(), true)
  circuit.succeeded()
  deepEqual([circuit.mayAsk(), circuit.mayAsk()], [true, true])
})
