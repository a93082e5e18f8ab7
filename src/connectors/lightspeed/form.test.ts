/** Bodies of webhooks: types by name or by shape, and whose they are. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { readHook } from './form.ts'

const settings = { domainPrefix: 'mystore', retailerId: 'r-1', taxesIncluded: true }
const read = (text: string) => readHook(Buffer.from(text), settings)
const codeOf = (text: string) => {
  try {
    read(text)
    return 'none'
  } catch (error) {
    return Fault.from(error).code
  }
}
const payload = (value: object) => `payload=${encodeURIComponent(JSON.stringify(value))}`

test('the payload alone is enough where its shape tells the type', () => {
  equal(read(payload({ register_sale_products: [] })).type, 'sale.update')
  equal(read(payload({ customer_code: 'x' })).type, 'customer.update')
  equal(read(payload({ attributed_cost: '1' })).type, 'inventory.update')
  equal(read(payload({ register_open_time: 'x' })).type, 'register_closure.create')
  equal(codeOf(payload({ id: '1' })), 'payload_malformed')
})

test('fields may stand in any order, and blanks may be pluses', () => {
  const body = 'type=product.update&payload=%7B%22name%22%3A+%22a+b%22%7D&environment=prod'
  deepEqual(read(body), { type: 'product.update', payload: { name: 'a b' } })
})

test('what is not a form with a JSON object is refused', () => {
  equal(codeOf('{"id":1}'), 'body_malformed')
  equal(codeOf(''), 'body_malformed')
  equal(codeOf('payload=%E0%A4%A'), 'body_malformed')
  equal(codeOf('payload=%7B'), 'body_malformed')
  equal(codeOf('payload=%5B%5D'), 'payload_malformed')
})

test('another retailer is none of ours', () => {
  const body = payload({ customer_code: 'x' })
  equal(codeOf(`${body}&retailer_id=r-1&domain_prefix=mystore`), 'none')
  equal(codeOf(`${body}&retailer_id=r-2`), 'store_unknown')
  equal(codeOf(`${body}&domain_prefix=other`), 'store_unknown')
  equal(codeOf(payload({ customer_code: 'x', retailer_id: 'r-2' })), 'store_unknown')
})
