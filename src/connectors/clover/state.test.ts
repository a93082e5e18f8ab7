import { equal, notEqual } from 'node:assert/strict'
import test from 'node:test'
import { stateKey } from './state.ts'

function bookOf(value?: string) {
  return { find: () => value, externalIds: () => [] }
}

test('unchanged, it keeps its key; changed and changed back, each time a new one', () => {
  const first = stateKey(bookOf(), 'item_state', 'A', { price: 10 }, 100)
  const same = stateKey(bookOf(first.reference.value), 'item_state', 'A', { price: 10 }, 200)
  equal(same.key, first.key)
  equal(same.changedAtMs, 100)
  const cheaper = stateKey(bookOf(same.reference.value), 'item_state', 'A', { price: 8 }, 300)
  notEqual(cheaper.key, first.key)
  const back = stateKey(bookOf(cheaper.reference.value), 'item_state', 'A', { price: 10 }, 400)
  notEqual(back.key, first.key)
  notEqual(back.key, cheaper.key)
})

test('two changes within a millisecond are two', () => {
  const one = stateKey(bookOf(), 'item_state', 'A', { price: 10 }, 100)
  const other = stateKey(bookOf(one.reference.value), 'item_state', 'A', { price: 8 }, 100)
  notEqual(one.key, other.key)
})
