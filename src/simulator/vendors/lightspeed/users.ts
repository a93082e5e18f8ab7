/** Users and their shifts. Neither has a webhook. */
import type { AtTill, SimulatedEmployee } from '../../till.ts'
import { rowId } from './ids.ts'
import { type Account, dated, get, put, type Row, spaced, type World } from './world.ts'

export interface UserRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly isManager: boolean
  readonly outletIds: readonly string[]
  readonly createdMs: number
}

export interface ShiftRow {
  readonly id: string
  readonly userId: string
  readonly inMs: number
  readonly outMs: number | null
  readonly updatedMs: number
}

export function saveUser(
  world: World,
  account: Account,
  outletId: string,
  employee: SimulatedEmployee,
  atMs: number,
): void {
  const id = employee.externalId
  const outletIds = get<UserRow>(world, account.id, 'users', id)?.value.outletIds ?? []
  const row: UserRow = {
    id,
    name: `${employee.firstName} ${employee.lastName}`,
    email: employee.email,
    isManager: employee.isManager,
    outletIds: [...new Set([...outletIds, outletId])],
    createdMs: atMs,
  }
  put(world, account.id, 'users', id, row, atMs)
}

export function hookUser({ value: user, modifiedMs }: Row<UserRow>): object {
  return {
    id: user.id,
    name: user.email,
    display_name: user.name,
    email: user.email,
    target_daily: null,
    created_at: spaced(user.createdMs),
    updated_at: spaced(modifiedMs),
  }
}

export function restUser({ value: user, version, modifiedMs }: Row<UserRow>): object {
  return {
    id: user.id,
    username: user.email,
    display_name: user.name,
    email: user.email,
    account_type: user.isManager ? 'manager' : 'cashier',
    roles: [],
    enabled: true,
    restricted_outlet_id: user.outletIds[0] ?? null,
    restricted_outlet_ids: user.outletIds,
    is_primary_user: false,
    created_at: dated(user.createdMs),
    updated_at: dated(modifiedMs),
    deleted_at: null,
    version,
  }
}

export function clockIn(world: World, account: Account, at: AtTill): void {
  const id = rowId(account.id, 'shift', `${at.employeeExternalId}/${at.atMs}`)
  const row: ShiftRow = {
    id,
    userId: at.employeeExternalId,
    inMs: at.atMs,
    outMs: null,
    updatedMs: at.atMs,
  }
  world.deps.documents.transaction(() => {
    put(world, account.id, 'shifts', id, row, at.atMs)
    put(world, account.id, 'open_shifts', row.userId, { shiftId: id }, at.atMs)
  })
}

export function clockOut(world: World, account: Account, at: AtTill): void {
  const open = get<{ shiftId: string }>(world, account.id, 'open_shifts', at.employeeExternalId)
  const shift = open && get<ShiftRow>(world, account.id, 'shifts', open.value.shiftId)
  if (shift === undefined || shift.value.outMs !== null) return
  const row: ShiftRow = { ...shift.value, outMs: at.atMs, updatedMs: at.atMs }
  put(world, account.id, 'shifts', row.id, row, at.atMs)
}

export function restShift(account: Account, { value: shift, version }: Row<ShiftRow>): object {
  const iso = (ms: number) => new Date(ms).toISOString()
  return {
    id: shift.id,
    retailer_id: account.retailerId,
    user_id: shift.userId,
    time_in: iso(shift.inMs),
    ...(shift.outMs !== null && { time_out: iso(shift.outMs) }),
    created_at: iso(shift.inMs),
    updated_at: iso(shift.updatedMs),
    updated_by: shift.userId,
    version,
  }
}
