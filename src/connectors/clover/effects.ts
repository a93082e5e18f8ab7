/**
 * What Clover can be told. A flag is a line in the order's note: there is no idempotency key, so the
 * note is read first, kept, and read back. A note may print on the receipt.
 */

import type { Command } from '../../actions/command.ts'
import { flagSale, SaleFlag } from '../../actions/flag-sale.ts'
import { placePurchaseOrder } from '../../actions/place-purchase-order.ts'
import { parse } from '../../base/parse.ts'
import type { Execution } from '../connector.ts'
import { externalSaleId } from '../external-id.ts'
import { call, getObject } from './api.ts'
import { Order } from './payloads.ts'
import type { CloverContext } from './settings.ts'

const noteLengthMax = 2047

export async function execute(command: Command, context: CloverContext): Promise<Execution> {
  const merchantId = context.connection.stores.find(
    ({ storeId }) => storeId === command.storeId,
  )?.externalId
  if (merchantId === undefined)
    return refused('store_unknown', `${command.storeId} is no store of this connection.`)
  if (command.action === flagSale.name) return flag(command, merchantId, context)
  const says =
    command.action === placePurchaseOrder.name
      ? 'Clover has no purchase orders; the hub exports a document.'
      : `Clover cannot do ${command.action}.`
  return refused('capability_missing', says)
}

async function flag(
  command: Command,
  merchantId: string,
  context: CloverContext,
): Promise<Execution> {
  const { saleId, note } = parse(SaleFlag, command.input, 'proposal_malformed')
  const orderId = externalSaleId(context.connection.connectionId, saleId)
  const path = `/orders/${encodeURIComponent(orderId)}`
  const before = await getObject(context, merchantId, path, Order)
  if (before === undefined) return refused('reference_unknown', `Clover has no order ${orderId}.`)
  const marker = `[REVIEW] ${note.replace(/\s+/g, ' ').trim()}`
  const kept = before.note ?? ''
  if (hasLine(kept, marker))
    return done(orderId, 'verified', 'The order already carries this mark.')
  const wanted = kept === '' ? marker : `${kept}\n${marker}`
  if (wanted.length > noteLengthMax)
    return refused('vendor_refused', 'The note of the order has no room left.')
  const response = await call(context, merchantId, {
    method: 'POST',
    path,
    json: { note: wanted },
    // The whole note is set, so a second time changes nothing.
    isRepeatable: true,
  })
  if (response.status !== 200)
    return refused('vendor_refused', `Clover answered ${response.status} to the note.`)
  const after = (await getObject(context, merchantId, path, Order))?.note ?? ''
  return hasLine(after, marker) && after.startsWith(kept)
    ? done(orderId, 'verified', "The mark stands in the order's note.")
    : done(orderId, 'differs', 'Clover accepted the note, but it reads otherwise.')
}

function hasLine(note: string, line: string): boolean {
  return note.split('\n').includes(line)
}

function done(reference: string, readBack: 'verified' | 'differs', says: string): Execution {
  return { outcome: 'executed', reference, readBack, says }
}

function refused(
  fault: Extract<Execution, { outcome: 'refused' }>['fault'],
  says: string,
): Execution {
  return { outcome: 'refused', fault, says }
}
