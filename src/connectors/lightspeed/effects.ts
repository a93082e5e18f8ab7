/** What Tillway may do at Lightspeed: one function per action, each idempotent and read back. */
import { z } from 'zod'
import type { Command } from '../../actions/command.ts'
import { SaleFlag } from '../../actions/flag-sale.ts'
import { PurchaseOrderDraft } from '../../actions/place-purchase-order.ts'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import type { ApiContext, Execution } from '../connector.ts'
import { externalSaleId } from '../external-id.ts'
import { CustomField, CustomFieldValue } from './answers.ts'
import { ask, dated, getOne } from './api.ts'
import { placeOrder } from './purchase-order.ts'
import type { LightspeedSettings } from './settings.ts'

type Context = ApiContext<LightspeedSettings>

/** The custom field that holds a flag; made once, seen by the app that made it. */
export const flagField = 'tillway_review'

const effects: Readonly<
  Record<string, (command: Command, context: Context) => Promise<Execution>>
> = { 'sale.flag': flag, 'purchase_order.place': order }

export async function execute(command: Command, context: Context): Promise<Execution> {
  const effect = effects[command.action]
  if (effect === undefined)
    return {
      outcome: 'refused',
      fault: 'capability_missing',
      says: `Lightspeed cannot carry out ${command.action}.`,
    }
  try {
    return await effect(command, context)
  } catch (error) {
    // What trying again will not mend is an outcome; the rest is tried again.
    if (error instanceof Fault && isFinal.has(error.code))
      return { outcome: 'refused', fault: error.code, says: error.message.slice(0, 500) }
    throw error
  }
}

const isFinal: ReadonlySet<string> = new Set([
  'reference_unknown',
  'store_unknown',
  'proposal_malformed',
  'vendor_refused',
])

/** Setting a value sets it, however often. */
async function flag(command: Command, { api, connection }: Context): Promise<Execution> {
  const { saleId, note } = parse(SaleFlag, command.input, 'proposal_malformed')
  const id = externalSaleId(connection.connectionId, saleId)
  const path = `${dated}/workflows/custom_fields/values?entity=sale&entity_id=${encodeURIComponent(id)}`
  const before = await getOne(api, path, z.array(CustomFieldValue))
  if (before === undefined) throw new Fault('reference_unknown', { field: 'saleId', saleId })
  if (flagIn(before) !== note) {
    await ensureField(api)
    await ask(api, {
      method: 'POST',
      path: `${dated}/workflows/custom_fields/values`,
      json: {
        entity: 'sale',
        entity_id: id,
        values: [{ name: flagField, string_value: note }],
      },
      isRepeatable: true,
    })
  }
  const after = await getOne(api, path, z.array(CustomFieldValue))
  const isThere = after !== undefined && flagIn(after) === note
  return {
    outcome: 'executed',
    reference: id,
    readBack: isThere ? 'verified' : 'differs',
    says: isThere
      ? 'The sale shows the note in its custom field.'
      : 'The custom field of the sale does not show the note.',
  }
}

function flagIn(values: readonly z.infer<typeof CustomFieldValue>[]): string | undefined {
  return values.find(({ name }) => name === flagField)?.string_value ?? undefined
}

async function ensureField(api: Context['api']): Promise<void> {
  const fields = await getOne(
    api,
    `${dated}/workflows/custom_fields?entity=sale`,
    z.array(CustomField),
  )
  if (fields?.some(({ name }) => name === flagField)) return
  await ask(
    api,
    {
      method: 'POST',
      path: `${dated}/workflows/custom_fields`,
      json: {
        entity: 'sale',
        name: flagField,
        title: 'In review',
        type: 'string',
        visible_in_ui: true,
        editable_in_ui: false,
        print_on_receipt: false,
      },
      isRepeatable: false,
    },
    // Another command made it in the meantime.
    [409, 422],
  )
}

async function order(command: Command, context: Context): Promise<Execution> {
  const draft = parse(PurchaseOrderDraft, command.input, 'proposal_malformed')
  const store = context.connection.stores.find(({ storeId }) => storeId === command.storeId)
  if (store === undefined)
    throw new Fault('store_unknown', { field: 'storeId', storeId: command.storeId })
  return placeOrder(draft, store.externalId, context)
}
