/** Customers: rows, the webhook's words (1.0) and the API's. */
import type { SimulatedCustomer } from '../../till.ts'
import { rowId } from './ids.ts'
import { type Account, dated, get, put, type Row, spaced, type World } from './world.ts'

export interface CustomerRow {
  readonly id: string
  readonly code: string
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string | null
  readonly mobile: string | null
  readonly street: string | null
  readonly city: string | null
  readonly zip: string | null
  readonly country: string | null
  readonly createdMs: number
  readonly updatedMs: number
}

const nobody = 'WALKIN'

/** Sales to nobody are booked on this customer. */
export function walkInId(accountId: string): string {
  return rowId(accountId, 'customer', nobody)
}

export function saveWalkIn(world: World, account: Account, atMs: number): Row<CustomerRow> {
  const id = walkInId(account.id)
  const empty = { email: null, mobile: null, street: null, city: null, zip: null, country: null }
  const row = { id, code: nobody, firstName: null, lastName: null, ...empty }
  return put(world, account.id, 'customers', id, { ...row, createdMs: atMs, updatedMs: atMs }, atMs)
}

export function customerIdOf(accountId: string, customer: SimulatedCustomer | undefined): string {
  return customer === undefined
    ? walkInId(accountId)
    : rowId(accountId, 'customer', customer.customerKey)
}

export function saveCustomerRow(
  world: World,
  account: Account,
  customer: SimulatedCustomer,
  atMs: number,
): Row<CustomerRow> {
  const id = customerIdOf(account.id, customer)
  const before = get<CustomerRow>(world, account.id, 'customers', id)
  const { address } = customer
  const row: CustomerRow = {
    id,
    code: `${customer.firstName}-${id.slice(0, 4)}`,
    firstName: customer.firstName,
    lastName: customer.lastName,
    email: customer.email,
    mobile: customer.phone,
    street: address.street,
    city: address.city,
    zip: address.zip,
    country: address.country,
    createdMs: before?.value.createdMs ?? atMs,
    updatedMs: atMs,
  }
  return put(world, account.id, 'customers', id, row, atMs)
}

export function hookCustomer(account: Account, { value: customer }: Row<CustomerRow>): object {
  return {
    id: customer.id,
    retailer_id: account.retailerId,
    customer_code: customer.code,
    first_name: customer.firstName,
    last_name: customer.lastName,
    company_name: '',
    do_not_email: false,
    email: customer.email ?? '',
    phone: '',
    mobile: customer.mobile ?? '',
    fax: '',
    balance: '0.000',
    loyalty_balance: '0.00000',
    enable_loyalty: false,
    points: 0,
    note: '',
    year_to_date: '0.00000',
    sex: null,
    date_of_birth: null,
    created_at: spaced(customer.createdMs),
    updated_at: spaced(customer.updatedMs),
    deleted_at: null,
    contact: {
      first_name: customer.firstName,
      last_name: customer.lastName,
      mobile: customer.mobile ?? '',
      email: customer.email ?? '',
      physical_address1: customer.street ?? '',
      physical_address2: '',
      physical_suburb: '',
      physical_city: customer.city ?? '',
      physical_postcode: customer.zip ?? '',
      physical_state: '',
      physical_country_id: customer.country ?? '',
    },
  }
}

export function restCustomer({ value: customer, version }: Row<CustomerRow>): object {
  return {
    id: customer.id,
    customer_code: customer.code,
    first_name: customer.firstName,
    last_name: customer.lastName,
    email: customer.email,
    phone: null,
    mobile: customer.mobile,
    gender: null,
    date_of_birth: null,
    company_name: null,
    do_not_email: false,
    enable_loyalty: false,
    note: '',
    physical_address_1: customer.street,
    physical_city: customer.city,
    physical_postcode: customer.zip,
    physical_country_id: customer.country,
    year_to_date: 0,
    balance: 0,
    loyalty_balance: 0,
    on_account_limit: null,
    created_at: dated(customer.createdMs),
    updated_at: dated(customer.updatedMs),
    deleted_at: null,
    version,
  }
}
