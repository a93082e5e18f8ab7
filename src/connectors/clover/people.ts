/** Customers, employees and shifts. Nothing personal leaves here but as a token. */
import { instantFromMs } from '../../base/time.ts'
import type { Tokeniser } from '../../privacy/tokeniser.ts'
import type { ConnectedStore, DraftEvent, Translation } from '../connector.ts'
import { type Customer, type Employee, elementsOf, type Shift } from './payloads.ts'
import type { CloverContext } from './settings.ts'
import { stateKey } from './state.ts'

export const customerExpand = 'emailAddresses,phoneNumbers,addresses'

export function customerToken(customer: Customer, tokens: Tokeniser): string {
  const { email, phone } = contactOf(customer)
  return tokens.customer({
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone }),
    externalId: customer.id,
  })
}

function contactOf(customer: Customer): { email?: string; phone?: string } {
  const emails = elementsOf(customer.emailAddresses)
  const email = (emails.find(({ primaryEmail }) => primaryEmail === true) ?? emails[0])
    ?.emailAddress
  const phone = elementsOf(customer.phoneNumbers)[0]?.phoneNumber
  return { ...(email && { email }), ...(phone && { phone }) }
}

const addressFields = ['address1', 'address2', 'address3', 'zip', 'city', 'state', 'country']

/** @param seenAtMs when the change was told; Clover keeps no time of change for a customer */
export function customerChanged(
  customer: Customer,
  store: ConnectedStore,
  { tokens, references }: CloverContext,
  seenAtMs: number,
): Translation {
  const { email, phone } = contactOf(customer)
  const name = [customer.firstName, customer.lastName].filter(Boolean).join(' ')
  const address = elementsOf(customer.addresses)
    .slice(0, 1)
    .flatMap((fields) => addressFields.map((field) => fields[field]))
    .filter((part) => typeof part === 'string' && part !== '')
    .join(', ')
  const token = customerToken(customer, tokens)
  const data = {
    customer: token,
    ...(email !== undefined && { email: tokens.token('email', email) }),
    ...(phone !== undefined && { phone: tokens.token('phone', phone) }),
    ...(name !== '' && { name: tokens.token('name', name) }),
    ...(address !== '' && { address: tokens.token('address', address) }),
    ...(customer.marketingAllowed != null && { acceptsMarketing: customer.marketingAllowed }),
    isDeleted: false,
  }
  const state = stateKey(references, 'customer_state', customer.id, data, seenAtMs)
  return {
    events: [
      {
        type: 'customer.changed',
        key: state.key,
        storeId: store.storeId,
        occurredAt: instantFromMs(state.changedAtMs),
        data,
      },
    ],
    lookups: [],
    references: [{ kind: 'customer', externalId: customer.id, value: token }, state.reference],
  }
}

/** Only who was known can be told as deleted: the vendor answers nothing any more. */
export function customerDeleted(
  customerId: string,
  store: ConnectedStore,
  { references }: CloverContext,
  seenAtMs: number,
): DraftEvent[] {
  const customer = references.find('customer', customerId)
  if (customer === undefined) return []
  return [
    {
      type: 'customer.changed',
      key: `${customerId}/deleted`,
      storeId: store.storeId,
      occurredAt: instantFromMs(seenAtMs),
      data: { customer, isDeleted: true },
    },
  ]
}

export function employeeChanged(
  employee: Employee,
  store: ConnectedStore,
  { tokens, references }: CloverContext,
  seenAtMs: number,
): Translation {
  const data = {
    employeeId: tokens.employee(employee.id),
    ...(employee.name && { name: tokens.token('name', employee.name) }),
    ...(employee.role && { role: employee.role }),
    isActive: employee.deletedTime == null,
  }
  const state = stateKey(references, 'employee_state', employee.id, data, seenAtMs)
  return {
    events: [
      {
        type: 'employee.changed',
        key: state.key,
        storeId: store.storeId,
        occurredAt: instantFromMs(state.changedAtMs),
        data,
      },
    ],
    lookups: [],
    references: [state.reference],
  }
}

export function employeeDeleted(
  employeeId: string,
  store: ConnectedStore,
  { tokens }: CloverContext,
  seenAtMs: number,
): DraftEvent[] {
  return [
    {
      type: 'employee.changed',
      key: `${employeeId}/deleted`,
      storeId: store.storeId,
      occurredAt: instantFromMs(seenAtMs),
      data: { employeeId: tokens.employee(employeeId), isActive: false },
    },
  ]
}

/** A manager's correction of a time counts. */
export function shiftEvents(
  shift: Shift,
  store: ConnectedStore,
  { tokens }: CloverContext,
): DraftEvent[] {
  const data = { shiftId: shift.id, employeeId: tokens.employee(shift.employee.id) }
  const { storeId } = store
  const startedAt = instantFromMs(shift.overrideInTime ?? shift.inTime)
  const endedAtMs = shift.overrideOutTime ?? shift.outTime
  return [
    { type: 'shift.started', key: shift.id, storeId, occurredAt: startedAt, data },
    ...(endedAtMs == null
      ? []
      : [
          {
            type: 'shift.ended',
            key: shift.id,
            storeId,
            occurredAt: instantFromMs(endedAtMs),
            data,
          } as const,
        ]),
  ]
}
