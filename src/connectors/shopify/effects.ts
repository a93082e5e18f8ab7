/** What commands do at Shopify. Tags are a set and a metafield has one value: twice is once. */

import type { Command } from '../../actions/command.ts'
import { SaleFlag } from '../../actions/flag-sale.ts'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import type { Execution } from '../connector.ts'
import { externalSaleId } from '../external-id.ts'
import { FlagAnswer, ReadFlagAnswer } from './answers.ts'
import { capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { ask, type ShopifyApi } from './graphql.ts'
import { gid } from './ids.ts'

export async function execute(command: Command, context: ShopifyApi): Promise<Execution> {
  if (command.action === 'sale.flag') return flagSale(command, context)
  const support = capabilities.actions['purchase_order.place']
  const says =
    command.action === 'purchase_order.place'
      ? support.says
      : `Shopify POS has no effect for ${command.action}.`
  return { outcome: 'refused', fault: 'capability_missing', says }
}

async function flagSale(command: Command, context: ShopifyApi): Promise<Execution> {
  const { saleId, note } = parse(SaleFlag, command.input, 'request_malformed')
  const orderId = externalSaleId(context.connection.connectionId, saleId)
  const id = gid('Order', orderId)
  const tag = context.connection.settings.flagTag
  const metafield = { ...documents.flagNote, ownerId: id, type: 'single_line_text_field' }
  const variables = {
    id,
    tags: [tag],
    metafields: [{ ...metafield, value: note.replace(/\s+/g, ' ') }],
  }
  if ((await readFlag(id, context)) === undefined)
    return {
      outcome: 'refused',
      fault: 'reference_unknown',
      says: `Shopify knows no order ${orderId}.`,
    }
  const { data } = await ask(context, documents.flagOrder, variables, FlagAnswer)
  const problem = [
    ...(data.tagsAdd?.userErrors ?? []),
    ...(data.metafieldsSet?.userErrors ?? []),
  ][0]
  if (problem !== undefined || data.tagsAdd === null || data.tagsAdd.node === null)
    return {
      outcome: 'refused',
      fault: 'vendor_refused',
      says: problem?.message ?? 'Shopify did not take the tag.',
    }
  const flag = await readFlag(id, context)
  const isThere = flag?.tags.includes(tag) === true && flag.metafield !== null
  return {
    outcome: 'executed',
    reference: orderId,
    readBack: isThere ? 'verified' : 'differs',
    says: `The order carries the tag ${tag} and the note.`,
  }
}

async function readFlag(id: string, context: ShopifyApi) {
  try {
    const { data } = await ask(context, documents.readFlag, { id }, ReadFlagAnswer)
    return data.order ?? undefined
  } catch (error) {
    // An id that cannot be one of Shopify's is answered with an error, not with nothing.
    if (error instanceof Fault && error.detail.vendorCode === 'RESOURCE_NOT_FOUND') return undefined
    throw error
  }
}
