/** Customers, team members and timecards. */
import type { AtTill, SimulatedCustomer, SimulatedEmployee } from '../../till.ts'
import { type Account, amount, ids, locationOf, of } from './account.ts'
import { idFrom, type Json, time } from './wire.ts'

export function saveCustomer(
  account: Account,
  person: SimulatedCustomer,
  atMs: number,
  when: 'always' | 'if_new',
): string {
  const id = ids.customer(account, person.customerKey)
  const before = account.documents.get<Json>(of(account).customers, id)?.value
  if (before !== undefined && when === 'if_new') return id
  const { street, city, zip, country } = person.address
  const customer = {
    id,
    created_at: before?.created_at ?? time(atMs),
    updated_at: time(atMs),
    given_name: person.firstName,
    family_name: person.lastName,
    email_address: person.email,
    phone_number: person.phone,
    address: { address_line_1: street, locality: city, postal_code: zip, country },
    preferences: { email_unsubscribed: false },
    creation_source: 'DIRECTORY',
    version: before === undefined ? 0 : Number(before.version) + 1,
  }
  account.documents.put(of(account).customers, id, customer, atMs)
  const type = before === undefined ? 'customer.created' : 'customer.updated'
  account.tell(type, { type: 'customer', id, object: { customer } }, atMs)
  return id
}

export function saveTeamMember(
  account: Account,
  person: SimulatedEmployee,
  locationId: string,
  atMs: number,
): void {
  const { externalId: id } = person
  const before = account.documents.get<Json>(of(account).team, id)?.value
  const assigned = (before?.assigned_locations as { location_ids: string[] } | undefined)
    ?.location_ids
  const member = {
    id,
    is_owner: false,
    status: 'ACTIVE',
    given_name: person.firstName,
    family_name: person.lastName,
    email_address: person.email,
    created_at: time(atMs),
    updated_at: time(atMs),
    assigned_locations: {
      assignment_type: 'EXPLICIT_LOCATIONS',
      location_ids: [...new Set([...(assigned ?? []), locationId])],
    },
    wage_setting: { team_member_id: id, job_assignments: [jobOf(account, person)] },
  }
  account.documents.put(of(account).team, id, member, atMs)
}

function jobOf(account: Account, person: SimulatedEmployee): Json {
  return {
    job_title: person.isManager ? 'Manager' : 'Sales assistant',
    pay_type: 'HOURLY',
    hourly_rate: amount(account, 1700),
  }
}

export function clockIn(account: Account, at: AtTill): void {
  const id = idFrom(account.facts.accountId, 'timecard', at.employeeExternalId, String(at.atMs))
  const timecard = {
    id,
    team_member_id: at.employeeExternalId,
    location_id: at.storeExternalId,
    timezone: locationOf(account, at.storeExternalId).timeZone,
    start_at: atOffset(account, at),
    status: 'OPEN',
    version: 1,
    wage: { title: 'Sales assistant', hourly_rate: amount(account, 1700), tip_eligible: true },
    declared_cash_tip_money: amount(account, 0),
    created_at: time(at.atMs),
    updated_at: time(at.atMs),
  }
  account.documents.put(of(account).timecards, id, timecard, at.atMs)
  account.documents.put(of(account).openTimecards, at.employeeExternalId, { id }, at.atMs)
  account.tell('labor.timecard.created', { type: 'timecard', id, object: { timecard } }, at.atMs)
}

/** Without a timecard that is open there is nothing to end. */
export function clockOut(account: Account, at: AtTill): void {
  const { documents } = account
  const open = documents.get<{ id: string }>(of(account).openTimecards, at.employeeExternalId)
  const before = open && documents.get<Json>(of(account).timecards, open.value.id)
  if (before === undefined) return
  const timecard = {
    ...before.value,
    end_at: atOffset(account, at),
    status: 'CLOSED',
    version: 2,
    updated_at: time(at.atMs),
  }
  documents.put(of(account).timecards, before.id, timecard, at.atMs)
  documents.remove(of(account).openTimecards, at.employeeExternalId)
  const data = { type: 'timecard', id: before.id, object: { timecard } }
  account.tell('labor.timecard.updated', data, at.atMs)
}

/** Timecards are told in the location's own time with its offset, to the second. */
function atOffset(account: Account, at: AtTill): string {
  const { timeZone } = locationOf(account, at.storeExternalId)
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.atMs).toZonedDateTimeISO(timeZone)
  return zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' })
}
