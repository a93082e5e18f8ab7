/**
 * What commands do at Square. A flag is an order custom attribute (beta): the only thing that can
 * be written on a completed order. Whether Square takes it there is not documented, so a refusal is
 * told as such. developer.squareup.com/docs/orders-custom-attributes-api
 */
import { z } from 'zod'
import type { Command } from '../../actions/command.ts'
import { flagSale, SaleFlag } from '../../actions/flag-sale.ts'
import { placePurchaseOrder } from '../../actions/place-purchase-order.ts'
import { Fault } from '../../base/fault.ts'
import type { HttpResponse } from '../../base/http-client.ts'
import { parse } from '../../base/parse.ts'
import { sha256Hex } from '../../base/signature.ts'
import type { Execution } from '../connector.ts'
import { externalSaleId } from '../external-id.ts'
import { askIfThere, errorOf, get } from './calls.ts'
import { capabilities } from './capabilities.ts'
import { maybe } from './resources.ts'
import type { SquareApi } from './settings.ts'

type Effect = (command: Command, context: SquareApi) => Promise<Execution>

const effects: ReadonlyMap<string, Effect> = new Map([
  [flagSale.name as string, flag],
  [placePurchaseOrder.name as string, placeOrder],
])

export async function execute(command: Command, context: SquareApi): Promise<Execution> {
  const effect = effects.get(command.action)
  if (effect === undefined)
    return {
      outcome: 'refused',
      fault: 'capability_missing',
      says: `Square has nothing for ${command.action}.`,
    }
  if (!context.connection.stores.some(({ storeId }) => storeId === command.storeId))
    throw new Fault('store_unknown', { field: 'storeId', storeId: command.storeId })
  return effect(command, context)
}

const attributeKey = 'tillway-review'

const Attribute = z.looseObject({
  custom_attribute: z.looseObject({ value: maybe(z.unknown()) }),
})

/** Writing needs the attribute to be defined; that is done the first time it proves missing. */
async function flag(command: Command, context: SquareApi): Promise<Execution> {
  const { saleId, note } = parse(SaleFlag, command.input, 'proposal_malformed')
  const orderId = externalSaleId(context.connection.connectionId, saleId)
  const path = `/v2/orders/${encodeURIComponent(orderId)}/custom-attributes/${attributeKey}`
  const write = () =>
    context.api.request({
      method: 'POST',
      path,
      json: {
        idempotency_key: idempotencyKey('flag', command.commandId),
        custom_attribute: { value: note },
      },
      isRepeatable: true,
    })
  let response = await write()
  if (response.status === 404 || response.status === 400) {
    const refusal = await define(context)
    if (refusal !== undefined) return refusal
    response = await write()
  }
  if (response.status >= 300) return refused(response)

  const readBack = await askIfThere(context.api, get(path), Attribute)
  const isSame = readBack?.custom_attribute.value === note
  return {
    outcome: 'executed',
    reference: `${orderId}/${attributeKey}`,
    readBack: isSame ? 'verified' : 'differs',
    says: isSame
      ? 'The order carries the flag.'
      : 'Square took the flag, but the order shows another.',
  }
}

/** Nothing when the attribute is defined now, be it by us just before. */
async function define(context: SquareApi): Promise<Execution | undefined> {
  const path = '/v2/orders/custom-attribute-definitions'
  const known = await askIfThere(context.api, get(`${path}/${attributeKey}`), z.unknown())
  if (known !== undefined) return undefined
  const response = await context.api.request({
    method: 'POST',
    path,
    json: {
      idempotency_key: idempotencyKey('define', context.connection.connectionId),
      custom_attribute_definition: {
        key: attributeKey,
        name: 'Tillway review',
        description: 'Why Tillway asks to look at this sale',
        visibility: 'VISIBILITY_READ_WRITE_VALUES',
        schema: {
          $ref: 'https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String',
        },
      },
    },
    isRepeatable: true,
  })
  return response.status < 300 || response.status === 409 ? undefined : refused(response)
}

/** Square takes 45 characters here. */
const idempotencyKey = (what: string, id: string): string => sha256Hex(`${what}:${id}`).slice(0, 40)

function refused(response: HttpResponse): Execution {
  const { code, field } = errorOf(response)
  const isAuthority = response.status === 401 || response.status === 403
  return {
    outcome: 'refused',
    fault: isAuthority ? 'vendor_unauthorised' : 'vendor_refused',
    says: `Square answered ${response.status} ${code}${field === undefined ? '' : ` (${field})`}.`,
  }
}

async function placeOrder(): Promise<Execution> {
  const { says } = capabilities.actions['purchase_order.place']
  return { outcome: 'refused', fault: 'capability_missing', says }
}
