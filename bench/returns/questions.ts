/** What the companion on the counter asks: distinct returns with a receipt, signed as it signs. */

import { signWebhook } from '../../src/base/standard-webhooks.ts'
import { instantFromMs } from '../../src/base/time.ts'
import type { PlainRequest } from '../load/requests.ts'
import { type BenchStore, currency, outletOf, priceMinor } from '../loop/chain.ts'
import type { Receipt } from '../loop/tills.ts'

/** Small amounts, so that policy lets them pass without a person. */
export function questionsOf(
  stores: readonly BenchStore[],
  receipts: readonly Receipt[],
  name: string,
  count: number,
): PlainRequest[] {
  const byId = new Map(stores.map((store) => [store.storeId, store]))
  return Array.from({ length: count }, (_, index) => {
    // A stride, so that neighbours in time are of different stores.
    const receipt = receipts[(index * 37) % receipts.length]
    const store = byId.get(receipt?.storeId ?? '')
    if (receipt === undefined || store === undefined) throw new Error('no receipt to ask about')
    return questionOf(store, receipt, `${name}-${index}`)
  })
}

function questionOf(store: BenchStore, receipt: Receipt, questionId: string): PlainRequest {
  const outlet = outletOf(store)
  const body = JSON.stringify({
    questionId,
    type: 'return.requested',
    connectionId: store.connectionId,
    storeExternalId: outlet.externalId,
    registerExternalId: outlet.registers[0]?.externalId,
    employeeExternalId: outlet.employees[0]?.externalId,
    occurredAt: instantFromMs(Date.now()),
    externalSaleId: receipt.externalSaleId,
    currency,
    amountMinor: priceMinor,
    isFaulty: false,
    lines: [{ sku: receipt.sku, name: receipt.sku, quantity: '1', amountMinor: priceMinor }],
  })
  const nowSeconds = Math.floor(Date.now() / 1000)
  return {
    method: 'POST',
    path: `/registers/${store.registerIds[0]}/questions`,
    headers: {
      'content-type': 'application/json',
      ...signWebhook(store.companionSecret, questionId, nowSeconds, body),
    },
    body,
  }
}
