/** Customers, employees and their shifts. Names, addresses and the like become tokens at once. */
import { instantFrom } from '../../base/time.ts'
import type { DraftEvent, Reference } from '../connector.ts'
import type { Customer, TeamMember, Timecard } from './resources.ts'
import type { SquareConnection, SquareTranslation } from './settings.ts'
import { findStore, homeStore } from './stores.ts'

type Identity = Pick<Customer, 'id'> & Partial<Pick<Customer, 'email_address' | 'phone_number'>>

export function customerReference(customer: Identity, context: SquareTranslation): Reference {
  const { id, email_address: email, phone_number: phone } = customer
  const value = context.tokens.customer({
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    externalId: id,
  })
  return { kind: 'customer', externalId: id, value }
}

export function customerEvent(
  customer: Customer,
  happenedAt: string,
  context: SquareTranslation,
): DraftEvent {
  const { tokens, connection } = context
  const occurredAt = instantFrom(customer.updated_at ?? happenedAt, 'customer.updated_at')
  const { email_address: email, phone_number: phone } = customer
  const name = [customer.given_name, customer.family_name].filter(Boolean).join(' ')
  const address = addressText(customer.address)
  const unsubscribed = customer.preferences?.email_unsubscribed
  return {
    type: 'customer.changed',
    key: `${customer.id}/${customer.version ?? occurredAt}`,
    storeId: homeStore(connection).storeId,
    occurredAt,
    data: {
      customer: customerReference(customer, context).value,
      ...(email && { email: tokens.token('email', email) }),
      ...(phone && { phone: tokens.token('phone', phone) }),
      ...(name !== '' && { name: tokens.token('name', name) }),
      ...(address !== '' && { address: tokens.token('address', address) }),
      ...(unsubscribed !== undefined && { acceptsMarketing: !unsubscribed }),
      isDeleted: false,
    },
  }
}

/** The parts in Square's own order, so that one address is one text. */
function addressText(address: Record<string, unknown> | undefined): string {
  const parts = [
    'address_line_1',
    'address_line_2',
    'address_line_3',
    'postal_code',
    'locality',
    'administrative_district_level_1',
    'country',
  ].map((name) => address?.[name])
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ')
}

/** `customer` is there only when Square sends it along; else the token is the one we remember. */
export function customerDeletedEvent(
  id: string,
  customer: Customer | undefined,
  deletedAt: string,
  context: SquareTranslation,
): DraftEvent {
  const known = context.references.find('customer', id)
  return {
    type: 'customer.changed',
    key: `${id}/deleted`,
    storeId: homeStore(context.connection).storeId,
    occurredAt: instantFrom(deletedAt, 'created_at'),
    data: {
      customer: known ?? customerReference(customer ?? { id }, context).value,
      isDeleted: true,
    },
  }
}

/** One event for each store that the person is assigned to. */
export function employeeEvents(member: TeamMember, context: SquareTranslation): DraftEvent[] {
  const { tokens, connection } = context
  const occurredAt = instantFrom(member.updated_at, 'team_member.updated_at')
  const name = [member.given_name, member.family_name].filter(Boolean).join(' ')
  const job = member.wage_setting?.job_assignments?.[0]?.job_title
  const role = member.is_owner === true ? 'owner' : job?.slice(0, 80)
  return storesOf(member, connection).map((store) => ({
    type: 'employee.changed',
    key: `${store.externalId}/${member.id}/${occurredAt}`,
    storeId: store.storeId,
    occurredAt,
    data: {
      employeeId: tokens.employee(member.id),
      ...(name !== '' && { name: tokens.token('name', name) }),
      ...(role !== undefined && { role }),
      isActive: member.status !== 'INACTIVE',
    },
  }))
}

function storesOf(member: TeamMember, connection: SquareConnection) {
  const assigned = member.assigned_locations
  if (assigned?.assignment_type !== 'EXPLICIT_LOCATIONS') return connection.stores
  const ids = assigned.location_ids ?? []
  // Somebody who left is often assigned nowhere; that they are inactive must still be told.
  if (ids.length === 0) return [homeStore(connection)]
  return connection.stores.filter((store) => ids.includes(store.externalId))
}

/** Square lets people correct timecards later; the shift is told when it is first seen to begin and end. */
export function shiftEvents(timecard: Timecard, context: SquareTranslation): DraftEvent[] {
  const store = findStore(context.connection, timecard.location_id)
  if (store === undefined) return []
  const shift = {
    key: timecard.id,
    storeId: store.storeId,
    data: {
      shiftId: timecard.id,
      employeeId: context.tokens.employee(timecard.team_member_id),
    },
  }
  const startedAt = instantFrom(timecard.start_at, 'timecard.start_at')
  const started: DraftEvent = { type: 'shift.started', ...shift, occurredAt: startedAt }
  if (timecard.end_at === undefined) return [started]
  const endedAt = instantFrom(timecard.end_at, 'timecard.end_at')
  return [started, { type: 'shift.ended', ...shift, occurredAt: endedAt }]
}
