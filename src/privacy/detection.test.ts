/** What looks personal is found in any text; what retail is full of is not taken for it. */
import { deepEqual, equal } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { findPersonal, isCardNumber, passesLuhn } from './detection.ts'
import { findPersonalField } from './gate.ts'

const rows = [
  { why: 'an address', text: 'send to ann.b+x@mail.example.co.uk please', wants: 'email' },
  { why: 'an address of another script', text: 'почта@пример.рф', wants: 'email' },
  { why: 'an at sign alone', text: '2 @ 3.50 each', wants: undefined },
  { why: 'a Visa test number', text: '4111111111111111', wants: 'card' },
  { why: 'in groups', text: 'card 5555-5555-5555-4444 used', wants: 'card' },
  { why: 'American Express', text: '3782 822463 10005', wants: 'card' },
  { why: 'a wrong check digit', text: '4111111111111112', wants: undefined },
  { why: 'inside a longer run of digits', text: '94111111111111111234', wants: undefined },
  { why: 'a GTIN-13', text: '4006381333931', wants: undefined },
  { why: 'an international phone', text: 'call +49 170 1234567', wants: 'phone' },
  { why: 'a North American phone', text: '(555) 123-4567', wants: 'phone' },
  { why: 'a date and time', text: '2026-11-20T15:02:05.831Z', wants: undefined },
  { why: 'a receipt number', text: '2026-000123-4567', wants: undefined },
  { why: 'a set of sizes', text: 'Screws 4.5-60, 200 pcs +10', wants: undefined },
]
for (const { why, text, wants } of rows) test(why, () => equal(findPersonal(text), wants))

test('every number with the right check digit and range is a card, and no neighbour of it', () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 })
  fc.assert(
    fc.property(digits, (middle) => {
      const start = `4${middle.join('')}`
      const matching = [...'0123456789'].filter((digit) => passesLuhn(start + digit))
      equal(matching.length, 1)
      equal(isCardNumber(start + matching[0]), true)
    }),
    { numRuns: 50 },
  )
})

test('the gate names the field, and lets numbering and tokens through', () => {
  const data = {
    saleId: 'sal_x.4111111111111111',
    customer: `tok_customer_${'4111111111111111'.padEnd(26, 'a')}`,
    lines: [{ sku: '4111111111111111', name: 'Teapot' }],
  }
  equal(findPersonalField(data), undefined)
  deepEqual(findPersonalField({ ...data, lines: [{ name: 'For ann@example.com' }] }), {
    field: 'lines[0].name',
    shape: 'email',
  })
  equal(findPersonalField({ saleId: 'ann@example.com' })?.shape, 'email')
})
