/** Customers and staff. Shopify keeps them for the shop; we tell them once, in its first store. */
import { parse } from '../../base/parse.ts'
import { sha256Hex } from '../../base/signature.ts'
import { type Instant, instantFrom } from '../../base/time.ts'
import { type DraftEvent, nothing, type Translation, type WebhookRequest } from '../connector.ts'
import type { CustomerAnswer, StaffAnswer } from './answers.ts'
import { numberOf } from './ids.ts'
import { CustomerDeletion, CustomerPayload, CustomerRedaction } from './payloads.ts'
import { customerOf, type ShopifyContext } from './sales.ts'
import { header } from './signature.ts'

interface CustomerFacts {
  readonly customerId: string
  readonly email: string | null | undefined
  readonly phone: string | null | undefined
  readonly names: readonly (string | null | undefined)[]
  readonly address: readonly (string | null | undefined)[]
  readonly acceptsMarketing: boolean | undefined
  readonly updatedAt: string
}

export function translateCustomer(body: unknown, context: ShopifyContext): Translation {
  const customer = parse(CustomerPayload, body, 'payload_malformed')
  const address = customer.default_address
  return customerTold(
    {
      customerId: numberOf(customer.admin_graphql_api_id),
      email: customer.email,
      phone: customer.phone,
      names: [customer.first_name, customer.last_name],
      address: [
        address?.address1,
        address?.address2,
        address?.zip,
        address?.city,
        address?.country_code,
      ],
      acceptsMarketing: undefined,
      updatedAt: customer.updated_at,
    },
    context,
  )
}

export function customerAnswered(customer: CustomerAnswer, context: ShopifyContext): Translation {
  const { defaultAddress: address, defaultEmailAddress: email } = customer
  return customerTold(
    {
      customerId: numberOf(customer.id),
      email: email?.emailAddress,
      phone: customer.defaultPhoneNumber?.phoneNumber,
      names: [customer.firstName, customer.lastName],
      address: [
        address?.address1,
        address?.address2,
        address?.zip,
        address?.city,
        address?.countryCodeV2,
      ],
      acceptsMarketing: email === null ? undefined : email.marketingState === 'SUBSCRIBED',
      updatedAt: customer.updatedAt,
    },
    context,
  )
}

function customerTold(facts: CustomerFacts, context: ShopifyContext): Translation {
  const { tokens, connection } = context
  const store = connection.stores[0]
  const person = customerOf({ customer: facts }, context)
  if (store === undefined || person === undefined) return nothing
  const occurredAt = instantFrom(facts.updatedAt, 'updated_at')
  const name = facts.names.filter(Boolean).join(' ')
  const address = facts.address.filter(Boolean).join(', ')
  const event: DraftEvent = {
    type: 'customer.changed',
    key: `${facts.customerId}:${occurredAt}`,
    storeId: store.storeId,
    occurredAt,
    data: {
      customer: person.token,
      ...(facts.email && { email: tokens.token('email', facts.email) }),
      ...(facts.phone && { phone: tokens.token('phone', facts.phone) }),
      ...(name !== '' && { name: tokens.token('name', name) }),
      ...(address !== '' && { address: tokens.token('address', address) }),
      ...(facts.acceptsMarketing !== undefined && { acceptsMarketing: facts.acceptsMarketing }),
      isDeleted: false,
    },
  }
  return { events: [event], lookups: [], references: person.references }
}

export function translateDeletion(
  body: unknown,
  context: ShopifyContext,
  request: WebhookRequest,
): Translation {
  const { admin_graphql_api_id: gid } = parse(CustomerDeletion, body, 'payload_malformed')
  return deleted(numberOf(gid), context, request)
}

export function translateRedaction(
  body: unknown,
  context: ShopifyContext,
  request: WebhookRequest,
): Translation {
  const { customer } = parse(CustomerRedaction, body, 'payload_malformed')
  return deleted(String(customer.id), context, request)
}

/** Whom we never told of, nobody has to forget. */
function deleted(
  customerId: string,
  { references, connection }: ShopifyContext,
  request: WebhookRequest,
): Translation {
  const customer = references.find('customer', customerId)
  const store = connection.stores[0]
  if (customer === undefined || store === undefined) return nothing
  const triggeredAt = header(request, 'x-shopify-triggered-at') ?? ''
  return {
    events: [
      {
        type: 'customer.changed',
        key: `${customerId}:deleted`,
        storeId: store.storeId,
        occurredAt: instantFrom(triggeredAt, 'x-shopify-triggered-at'),
        data: { customer, isDeleted: true },
      },
    ],
    lookups: [],
    references: [],
  }
}

/** Staff carry no time of change: `seenAt` is when the API said so, told only when it is new. */
export function staffAnswered(
  staff: readonly StaffAnswer[],
  seenAt: Instant,
  { tokens, references, connection }: ShopifyContext,
): Translation {
  const store = connection.stores[0]
  if (store === undefined) return nothing
  const events: DraftEvent[] = []
  const learned: { kind: string; externalId: string; value: string }[] = []
  for (const member of staff) {
    const externalId = numberOf(member.id)
    const name = [member.firstName, member.lastName].filter(Boolean).join(' ')
    const nameToken = name === '' ? undefined : tokens.token('name', name)
    const role = member.isShopOwner ? 'owner' : 'staff'
    const value = sha256Hex([nameToken, role, member.active].join('\n')).slice(0, 16)
    if (references.find('employee_content', externalId) === value) continue
    learned.push({ kind: 'employee_content', externalId, value })
    events.push({
      type: 'employee.changed',
      key: `${externalId}:${value}:${seenAt}`,
      storeId: store.storeId,
      occurredAt: seenAt,
      data: {
        employeeId: tokens.employee(externalId),
        ...(nameToken !== undefined && { name: nameToken }),
        role,
        isActive: member.active,
      },
    })
  }
  return { events, lookups: [], references: learned }
}
