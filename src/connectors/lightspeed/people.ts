/** Customers and employees: personal values become tokens here and go no further. */
import type { z } from 'zod'
import { parse } from '../../base/parse.ts'
import { instantFrom } from '../../base/time.ts'
import type { Tokeniser } from '../../privacy/tokeniser.ts'
import type { DraftEvent, TranslationContext } from '../connector.ts'
import { Customer, type User } from './answers.ts'
import type { SaleFacts } from './dialects.ts'
import type { LearningNames, Names } from './names.ts'
import { CustomerUpdate } from './payloads.ts'
import type { LightspeedSettings } from './settings.ts'
import { accountStore, findStore } from './stores.ts'

type Context = Pick<TranslationContext<LightspeedSettings>, 'connection' | 'tokens'>
type CustomerCard = z.infer<typeof Customer>

/** Lightspeed books sales to nobody on a customer of its own. */
const walkInCode = 'WALKIN'

/** The token of a sale's customer, `none`, or `unknown` until the customer has been seen whole. */
export function customerOfSale(
  facts: SaleFacts,
  tokens: Tokeniser,
  names: Names,
): { outcome: 'known'; token: string } | { outcome: 'none' | 'unknown' } {
  const { customerId, customer } = facts
  if (customerId === undefined || customer?.code === walkInCode) return { outcome: 'none' }
  if (names.find('walk_in', customerId) !== undefined) return { outcome: 'none' }
  if (customer?.email)
    return {
      outcome: 'known',
      token: tokens.customer({ email: customer.email, externalId: customerId }),
    }
  const token = names.find('customer', customerId)
  return token === undefined ? { outcome: 'unknown' } : { outcome: 'known', token }
}

/** @throws Fault payload_malformed */
export function readCustomer(answer: unknown): CustomerCard {
  return parse(Customer, answer, 'payload_malformed')
}

/** The webhook's card in the words of the API. @throws Fault payload_malformed */
export function readHookCustomer(payload: unknown): CustomerCard {
  const { contact, ...card } = parse(CustomerUpdate, payload, 'payload_malformed')
  return {
    ...card,
    version: undefined,
    physical_address_1: contact?.physical_address1,
    physical_address_2: contact?.physical_address2,
    physical_suburb: contact?.physical_suburb,
    physical_city: contact?.physical_city,
    physical_postcode: contact?.physical_postcode,
    physical_state: contact?.physical_state,
    physical_country_id: contact?.physical_country_id,
  }
}

/** Learns who the customer is, and gives the token; nothing for the one that stands for nobody. */
export function learnCustomer(
  card: CustomerCard,
  tokens: Tokeniser,
  names: LearningNames,
): string | undefined {
  if (card.customer_code === walkInCode) {
    names.learn('walk_in', card.id, 'yes')
    return undefined
  }
  const token = tokens.customer({
    ...(card.email && { email: card.email }),
    ...(phoneOf(card) && { phone: phoneOf(card) }),
    externalId: card.id,
  })
  names.learn('customer', card.id, token)
  return token
}

export function customerEvents(
  card: CustomerCard,
  { connection, tokens }: Context,
  names: LearningNames,
): DraftEvent[] {
  const customer = learnCustomer(card, tokens, names)
  if (customer === undefined) return []
  const occurredAt = instantFrom(card.updated_at, 'updated_at')
  const name = joined(' ', card.first_name, card.last_name)
  const place = joined(
    ', ',
    card.physical_address_1,
    card.physical_address_2,
    card.physical_suburb,
    card.physical_city,
    card.physical_postcode,
    card.physical_state,
  )
  // A country alone is the account's default, and no address.
  const address = place && joined(', ', place, card.physical_country_id)
  const phone = phoneOf(card)
  return [
    {
      type: 'customer.changed',
      // Webhooks of customers carry no version, so the time of the change tells changes apart.
      key: `${card.id}@${occurredAt}`,
      storeId: accountStore(connection).storeId,
      occurredAt,
      data: {
        customer,
        ...(card.email && { email: tokens.token('email', card.email) }),
        ...(phone && { phone: tokens.token('phone', phone) }),
        ...(name && { name: tokens.token('name', name) }),
        ...(address && { address: tokens.token('address', address) }),
        acceptsMarketing: card.do_not_email !== true,
        isDeleted: Boolean(card.deleted_at),
      },
    },
  ]
}

function phoneOf(card: CustomerCard): string {
  return card.mobile || card.phone || ''
}

function joined(separator: string, ...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(separator)
}

/** An employee is told at the first of our stores that the user may work in. */
export function employeeEvents(
  user: User,
  { connection, tokens }: Context,
  names: LearningNames,
): DraftEvent[] {
  const outlets = user.restricted_outlet_ids ?? []
  const outlet = outlets.find((id) => findStore(connection, id) !== undefined)
  if (outlets.length > 0) names.learn('user_outlet', user.id, outlet ?? 'elsewhere')
  if (outlets.length > 0 && outlet === undefined) return []
  const store = findStore(connection, outlet ?? '') ?? accountStore(connection)
  return [
    {
      type: 'employee.changed',
      key: `${user.id}:${user.version}`,
      storeId: store.storeId,
      occurredAt: instantFrom(user.updated_at, 'updated_at'),
      data: {
        employeeId: tokens.employee(user.id),
        ...(user.display_name && { name: tokens.token('name', user.display_name) }),
        ...(user.account_type && { role: user.account_type.slice(0, 80) }),
        isActive: user.enabled !== false && !user.deleted_at,
      },
    },
  ]
}
