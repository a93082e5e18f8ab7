import { equal } from 'node:assert/strict'
import test from 'node:test'
import { formatMoney } from './money.ts'

const rows = [
  { why: 'two decimals', minor: 123456, currency: 'EUR', wants: '€1,234.56' },
  { why: 'no decimals', minor: 1234, currency: 'JPY', wants: '¥1,234' },
  { why: 'three decimals', minor: 1234, currency: 'KWD', wants: 'KWD\u00a01.234' },
  { why: 'less than one', minor: -5, currency: 'USD', wants: '-$0.05' },
  { why: 'zero', minor: 0, currency: 'USD', wants: '$0.00' },
  {
    why: 'more digits than a double keeps after division',
    minor: 9007199254740991,
    currency: 'USD',
    wants: '$90,071,992,547,409.91',
  },
]
for (const { why, minor, currency, wants } of rows)
  test(`money: ${why}`, () => equal(formatMoney(minor, currency, 'en-US'), wants))
