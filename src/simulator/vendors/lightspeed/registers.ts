/** Registers, and what is taken at each between opening and closing. */
import { decimalFromMinor } from '../../../base/money.ts'
import type { AtTill } from '../../till.ts'
import { fiveDecimals } from './decimals.ts'
import { rowId } from './ids.ts'
import { type PaymentKind, paymentTypeId, paymentTypes } from './sale-row.ts'
import { sendHook } from './webhooks.ts'
import { type Account, dated, get, put, type Row, spaced, type World } from './world.ts'

export interface RegisterRow {
  readonly id: string
  readonly name: string
  readonly outletId: string
  readonly isOpen: boolean
  readonly openedMs: number | null
  readonly closedMs: number | null
  /** The closure that is being, or was last, filled. */
  readonly closureId: string | null
  readonly sequence: number
}

interface SessionRow {
  readonly salesMinor: number
  readonly taxMinor: number
  readonly takenMinor: Readonly<Partial<Record<PaymentKind, number>>>
}

const emptySession: SessionRow = { salesMinor: 0, taxMinor: 0, takenMinor: {} }

export function openRegister(world: World, account: Account, at: AtTill): RegisterRow {
  const before = registerOf(world, account, at)
  if (before.isOpen) return before
  const sequence = before.sequence + 1
  const row: RegisterRow = {
    ...before,
    isOpen: true,
    openedMs: at.atMs,
    closedMs: null,
    closureId: rowId(account.id, 'closure', `${before.id}/${sequence}`),
    sequence,
  }
  put(world, account.id, 'registers', row.id, row, at.atMs)
  put(world, account.id, 'sessions', row.id, emptySession, at.atMs)
  return row
}

function registerOf(world: World, account: Account, at: AtTill): RegisterRow {
  const row = get<RegisterRow>(world, account.id, 'registers', at.registerExternalId)
  if (row === undefined) throw new Error(`Lightspeed has no register ${at.registerExternalId}.`)
  return row.value
}

/** Adds a sale to the open session; the app lets nobody sell at a closed register, so it opens. */
export function addToSession(
  world: World,
  account: Account,
  at: AtTill,
  sums: { totalMinor: number; taxMinor: number },
  payments: readonly { kind: PaymentKind; amountMinor: number }[],
): void {
  openRegister(world, account, at)
  const id = at.registerExternalId
  const before = get<SessionRow>(world, account.id, 'sessions', id)?.value ?? emptySession
  const takenMinor = { ...before.takenMinor }
  for (const { kind, amountMinor } of payments)
    takenMinor[kind] = (takenMinor[kind] ?? 0) + amountMinor
  const row: SessionRow = {
    salesMinor: before.salesMinor + sums.totalMinor - sums.taxMinor,
    taxMinor: before.taxMinor + sums.taxMinor,
    takenMinor,
  }
  put(world, account.id, 'sessions', id, row, at.atMs)
}

/** Sends `register_closure.create`, the only full account of the session there is. */
export function closeRegister(world: World, account: Account, at: AtTill): void {
  const before = registerOf(world, account, at)
  if (!before.isOpen) return
  const session = get<SessionRow>(world, account.id, 'sessions', before.id)?.value ?? emptySession
  const row: RegisterRow = { ...before, isOpen: false, closedMs: at.atMs }
  put(world, account.id, 'registers', row.id, row, at.atMs)
  sendHook(world, account, 'register_closure.create', closureOf(account, row, session))
}

function closureOf(account: Account, register: RegisterRow, session: SessionRow): object {
  const { currency } = account.simulated
  const five = (minor: number) => fiveDecimals(minor, currency)
  const plain = (minor: number) => decimalFromMinor(minor, currency)
  const kinds = Object.keys(paymentTypes) as PaymentKind[]
  const taken = (kind: PaymentKind) => session.takenMinor[kind] ?? 0
  const payments = five(kinds.reduce((sum, kind) => sum + taken(kind), 0))
  return {
    id: register.closureId,
    open_count_sequence: String(register.sequence),
    register_open_time: spaced(register.openedMs ?? 0),
    register_close_time: spaced(register.closedMs ?? 0),
    register: {
      id: register.id,
      name: register.name,
      outlet_id: register.outletId,
      outlet_name: account.stores.get(register.outletId)?.name ?? '',
    },
    totals: {
      sales: five(session.salesMinor),
      onaccount: '0',
      laybys: '0',
      tax: five(session.taxMinor),
      discounts: '0',
      payments,
      regular_payments: payments,
      onaccount_payments: '0',
      layby_payments: '0',
      loyalty: '0',
      cost_of_goods_sold: '0',
    },
    taxes: {},
    payments_summary: Object.fromEntries(
      kinds.map((kind) => [
        paymentTypeId(account.id, kind),
        {
          payment_type_name: paymentTypes[kind].retailerName,
          total: taken(kind) === 0 ? 0 : five(taken(kind)),
          discrepancy: '0.00000',
        },
      ]),
    ),
    payment_counts: kinds.map((kind) => ({
      start_total: plain(0),
      payments_total: plain(taken(kind)),
      withdrawals_total: plain(0),
      close_total: plain(taken(kind)),
      payment_type: {
        id: paymentTypeId(account.id, kind),
        name: paymentTypes[kind].retailerName,
        payment_type_id: paymentTypes[kind].id,
        config: null,
      },
    })),
  }
}

export function restRegister({ value: register, version }: Row<RegisterRow>): object {
  const time = (ms: number | null) => (ms === null ? null : dated(ms))
  return {
    id: register.id,
    name: register.name,
    outlet_id: register.outletId,
    ask_for_note_on_save: 1,
    print_note_on_receipt: false,
    ask_for_user_on_sale: false,
    show_discounts_on_receipts: true,
    print_receipt: true,
    email_receipt: false,
    invoice_prefix: '',
    invoice_suffix: '',
    is_open: register.isOpen,
    register_open_time: time(register.openedMs),
    register_close_time: time(register.closedMs),
    register_open_sequence_id: register.closureId,
    deleted_at: null,
    version,
  }
}
