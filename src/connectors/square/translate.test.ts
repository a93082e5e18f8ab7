/** What is wrong with a webhook is told by the fault's code and the field it names. */
import { deepEqual, throws } from 'node:assert/strict'
import test from 'node:test'
import { Fault } from '../../base/fault.ts'
import { createTokeniser } from '../../privacy/keyed-tokeniser.ts'
import { nothing } from '../connector.ts'
import type { SquareTranslation } from './settings.ts'
import { translate } from './translate.ts'

const context: SquareTranslation = {
  connection: {
    connectionId: 'con_1',
    chainId: 'chn_1',
    regionId: 'us',
    apiBaseUrl: 'https://connect.squareup.com',
    webhookUrl: 'https://hub.example/square',
    settings: { merchantId: 'M1', clientId: 'sq0idp-1' },
    stores: [
      {
        storeId: 'str_1',
        externalId: 'L1',
        currency: 'USD',
        timeZone: 'UTC',
        registers: { D1: 'reg_1' },
      },
    ],
  },
  tokens: createTokeniser({
    key: Buffer.alloc(32, 7),
    keep: () => undefined,
    connectionId: 'con_1',
  }),
  references: { find: () => undefined, externalIds: () => [] },
}

const told = (body: string) => translate({ headers: {}, body: Buffer.from(body) }, context)

const payment = { id: 'P1', status: 'COMPLETED', location_id: 'L1', order_id: 'O1' }

function webhook(type: string, object: unknown, changes: object = {}): string {
  const created_at = '2026-11-20T15:00:00Z'
  return JSON.stringify({ merchant_id: 'M1', type, created_at, data: { object }, ...changes })
}

const faulty = [
  { why: 'not JSON', body: '{"merchant_id":', code: 'body_malformed' },
  { why: 'nests too deep', body: '['.repeat(100) + ']'.repeat(100), code: 'body_too_deep' },
  {
    why: 'reaches into prototypes',
    body: '{"merchant_id":"M1","type":"x","__proto__":{}}',
    code: 'body_hostile',
  },
  { why: 'no object', body: '[]', code: 'payload_malformed', field: '(whole)' },
  { why: 'no type', body: '{"merchant_id":"M1"}', code: 'payload_malformed', field: 'type' },
  {
    why: 'another merchant',
    body: webhook('payment.updated', { payment }, { merchant_id: 'M2' }),
    code: 'store_unknown',
    field: 'merchant_id',
  },
  {
    why: 'a payment without its order',
    body: webhook('payment.updated', { payment: { ...payment, order_id: undefined } }),
    code: 'payload_malformed',
    field: 'data.object.payment.order_id',
  },
  {
    why: 'a location of no store',
    body: webhook('payment.updated', { payment: { ...payment, location_id: 'L9' } }),
    code: 'store_unknown',
    field: 'data.object.payment.location_id',
  },
  {
    why: 'a refund without status',
    body: webhook('refund.updated', { refund: { id: 'R1', location_id: 'L1' } }),
    code: 'payload_malformed',
    field: 'data.object.refund.status',
  },
  {
    why: 'a timecard of another time',
    body: webhook('labor.timecard.created', {
      timecard: {
        id: 'T1',
        location_id: 'L1',
        team_member_id: 'TM1',
        start_at: 'this morning',
        updated_at: '2026-11-20T15:00:00Z',
      },
    }),
    code: 'payload_malformed',
    field: 'timecard.start_at',
  },
]
for (const { why, body, code, field } of faulty)
  test(`refused: ${why}`, () =>
    throws(
      () => told(body),
      (error) =>
        error instanceof Fault &&
        error.code === code &&
        (field === undefined || error.detail.field === field),
    ))

const silent = [
  { why: 'a type that we do not read', body: webhook('dispute.created', {}) },
  { why: 'a type named like a method', body: webhook('toString', {}) },
  {
    why: 'a payment that is not finished',
    body: webhook('payment.created', { payment: { ...payment, status: 'APPROVED' } }),
  },
  {
    why: 'a status named like a method',
    body: webhook('payment.created', { payment: { ...payment, status: 'toString' } }),
  },
  {
    why: 'a refund under way',
    body: webhook('refund.created', { refund: { id: 'R1', location_id: 'L1', status: 'PENDING' } }),
  },
  {
    why: 'goods on their way',
    body: webhook('inventory.count.updated', {
      inventory_counts: [
        {
          catalog_object_id: 'V1',
          location_id: 'L1',
          state: 'IN_TRANSIT',
          quantity: '1',
          calculated_at: '2026-11-20T15:00:00Z',
        },
      ],
    }),
  },
]
for (const { why, body } of silent)
  test(`says nothing: ${why}`, () => deepEqual(told(body), nothing))

test('a lookup carries ids and a time, nothing personal', () => {
  const body = webhook('payment.updated', {
    payment: {
      ...payment,
      team_member_id: 'TM1',
      buyer_email_address: 'amy@example.com',
      note: 'for Amy',
      device_details: { device_id: 'D1', device_name: 'Front' },
      offline_payment_details: { client_created_at: '2026-11-19T10:00:00Z' },
      card_details: { card: { last_4: '1111', cardholder_name: 'AMY LEE' } },
    },
  })
  const hints = { deviceId: 'D1', teamMemberId: 'TM1', offlineAt: '2026-11-19T10:00:00Z' }
  deepEqual(told(body), { ...nothing, lookups: [{ kind: 'sale', externalId: 'O1', hints }] })
})

test('a deletion without its object keeps the token that is known', () => {
  const body = webhook('customer.deleted', undefined, { data: { id: 'C1', deleted: true } })
  const known = context.tokens.customer({ email: 'amy@example.com', externalId: 'C1' })
  const remembering = {
    ...context,
    references: { find: () => known, externalIds: () => [] },
  }
  const { events } = translate({ headers: {}, body: Buffer.from(body) }, remembering)
  deepEqual(events[0]?.data, { customer: known, isDeleted: true })
})
