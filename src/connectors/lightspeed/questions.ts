/**
 * Business rules (Workflows): the register posts `sale.ready_for_payment` and waits about two
 * seconds. No signature is documented, so the agent checks a secret in the address; here we check
 * that the request speaks of our retailer. Silence lets the register go on.
 */
import { hash } from 'node:crypto'
import { parseJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import { negateQuantity, quantityFrom } from '../../base/quantity.ts'
import { type Instant, instantFromMs } from '../../base/time.ts'
import type { Cart, ReturnRequest } from '../../retail/sale.ts'
import type {
  DraftEvent,
  QuestionAnswer,
  QuestionHook,
  TranslationContext,
  Verification,
  WebhookReply,
  WebhookRequest,
} from '../connector.ts'
import { minorFrom, shareOut } from './amounts.ts'
import { instantOfDate } from './goods.ts'
import { RuleRequest } from './payloads.ts'
import { discountSku } from './sale-amounts.ts'
import { originalSale } from './sale-events.ts'
import { type LightspeedSettings, taxesIncludedAt } from './settings.ts'
import { type Place, placeOf } from './stores.ts'

type Context = TranslationContext<LightspeedSettings>
type RuleLine = RuleRequest['sale']['line_items'][number]

export const questions: QuestionHook<LightspeedSettings> = { verify, read, reply }

function verify(
  request: WebhookRequest,
  { settings }: { settings: LightspeedSettings },
): Verification {
  return retailerNamed(request.body) === settings.retailerId
    ? { outcome: 'genuine' }
    : { outcome: 'refused', fault: 'signature_wrong' }
}

function retailerNamed(body: Buffer): unknown {
  try {
    const request = parseJson(body.toString('utf8'))
    return (request as { retailer_id?: unknown } | null)?.retailer_id
  } catch {
    return undefined
  }
}

function read(
  request: WebhookRequest,
  context: Context,
): ReturnType<QuestionHook<unknown>['read']> {
  const asked = parse(RuleRequest, parseJson(request.body.toString('utf8')), 'payload_malformed')
  if (asked.event_type !== 'sale.ready_for_payment') return undefined
  const place = placeOf(context.connection, asked.sale.register_id, asked.sale.outlet_id)
  const goods = asked.sale.line_items.filter((line) => skuOf(line, context) !== discountSku)
  const returned = goods.filter((line) => String(line.quantity).startsWith('-'))
  // Payload has no time; the request's own date, else our clock: it is asked now.
  const occurredAt = instantOfDate(request.headers.date) ?? instantFromMs(Date.now())
  if (returned.length > 0) return returnRequested(asked, returned, occurredAt, place, context)
  if (asked.sale.return_for && goods.length > 0)
    return returnRequested(asked, goods, occurredAt, place, context)
  return cartReady(asked, goods, occurredAt, place, context)
}

function returnRequested(
  asked: RuleRequest,
  returned: readonly RuleLine[],
  occurredAt: Instant,
  place: Place,
  context: Context,
): Extract<DraftEvent, { type: 'return.requested' }> {
  const { currency } = place.store
  const scaled = returned.map((line) => Math.abs(line.price_total + line.tax_total))
  const amountMinor = minorFrom(
    scaled.reduce((sum, value) => sum + value, 0),
    currency,
  )
  const amounts = shareOut(amountMinor, scaled, currency)
  const lines = returned.map((line, index): ReturnRequest['lines'][number] => {
    const quantity = quantityFrom(line.quantity)
    return {
      ...namesOf(line, context),
      quantity: quantity.startsWith('-') ? negateQuantity(quantity) : quantity,
      amountMinor: amounts[index] ?? 0,
    }
  })
  return {
    type: 'return.requested',
    ...envelope(asked, occurredAt, place),
    data: {
      returnId: asked.sale.id,
      ...originalSale(asked.sale.return_for, context.connection),
      ...who(asked, context),
      currency,
      lines,
      amountMinor,
    },
  }
}

function cartReady(
  asked: RuleRequest,
  goods: readonly RuleLine[],
  occurredAt: Instant,
  place: Place,
  context: Context,
): Extract<DraftEvent, { type: 'cart.ready_for_payment' }> {
  const { currency, externalId } = place.store
  const taxesIncluded = taxesIncludedAt(context.connection.settings, externalId)
  const { total_price: priceScaled, total_tax: taxScaled } = asked.sale
  const totalScaled =
    priceScaled !== undefined
      ? priceScaled + (taxScaled ?? 0)
      : asked.sale.line_items.reduce((sum, line) => sum + line.price_total + line.tax_total, 0)
  const lines = goods.map((line): Cart['lines'][number] => {
    const total = line.price_total + (taxesIncluded ? line.tax_total : 0)
    const quantity = quantityFrom(line.quantity)
    const totalMinor = minorFrom(total, currency)
    return {
      lineId: line.id,
      name: '',
      ...namesOf(line, context),
      quantity,
      unitPriceMinor: Number(quantity) === 0 ? 0 : Math.round(totalMinor / Number(quantity)),
      discountMinor: 0,
      taxMinor: minorFrom(line.tax_total, currency),
      totalMinor,
    }
  })
  const totalMinor = minorFrom(totalScaled, currency)
  return {
    type: 'cart.ready_for_payment',
    ...envelope(asked, occurredAt, place),
    data: { cartId: asked.sale.id, ...who(asked, context), currency, lines, totalMinor },
  }
}

/** The register asks again after each form; a changed cart is another question, the same is not. */
function envelope({ sale }: RuleRequest, occurredAt: Instant, { store, registerId }: Place) {
  const content = sale.line_items.map((line) => [
    line.product.id,
    String(line.quantity),
    line.price_total,
  ])
  return {
    key: `${sale.id}:${hash('sha256', JSON.stringify(content), 'hex').slice(0, 16)}`,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt,
  }
}

function who({ user, customer }: RuleRequest, { tokens, references }: Context) {
  const token = customer?.id ? references.find('customer', customer.id) : undefined
  return {
    ...(user?.id && { employeeId: tokens.employee(user.id) }),
    ...(token !== undefined && { customer: token }),
  }
}

function skuOf({ product }: RuleLine, { references }: Context): string | undefined {
  return product.sku?.slice(0, 64) || references.find('sku', product.id)
}

function namesOf(line: RuleLine, context: Context): { sku?: string; name?: string } {
  const sku = skuOf(line, context)
  const name = line.product.name ?? context.references.find('product_name', line.product.id)
  return { ...(sku && { sku }), ...(name && { name: name.slice(0, 255) }) }
}

const titles = { held: 'This needs a manager', refused: 'This return is refused' } as const

function reply(answer: QuestionAnswer | undefined): WebhookReply {
  if (answer === undefined || answer.verdict === 'accepted')
    return { status: 200, body: { actions: [] } }
  return {
    status: 200,
    body: {
      actions: [
        {
          type: 'stop',
          title: titles[answer.verdict],
          message: answer.why,
          dismiss_label: 'OK',
        },
      ],
    },
  }
}
