/**
 * Business rules: before payment the register posts the sale to each rule and waits two seconds.
 * What it does when no answer comes is not documented; here it goes on.
 */
import { negateQuantity } from '../../../base/quantity.ts'
import type { TillAnswer, TillReturnQuestion } from '../../till.ts'
import { customerIdOf } from './customers.ts'
import { fiveDecimals } from './decimals.ts'
import { lineRow, saleIdOf } from './sale-row.ts'
import type { UserRow } from './users.ts'
import { type Account, all, get, type World } from './world.ts'

export interface RemoteRuleRow {
  readonly id: string
  readonly url: string
  readonly createdMs: number
}

export interface RuleRow {
  readonly id: string
  readonly eventType: string
  readonly remoteRuleId: string
  readonly createdMs: number
}

const answerMsMax = 2000

export async function askReturn(
  world: World,
  account: Account,
  question: TillReturnQuestion,
): Promise<TillAnswer> {
  for (const { value: rule } of all<RuleRow>(world, account.id, 'rules')) {
    if (rule.eventType !== 'sale.ready_for_payment') continue
    const remote = get<RemoteRuleRow>(world, account.id, 'remote_rules', rule.remoteRuleId)
    if (remote === undefined) continue
    const stop = await stopOf(world, remote.value.url, requestOf(world, account, question))
    if (stop !== undefined) return { mayGoOn: false, message: `${stop.title}: ${stop.message}` }
  }
  return { mayGoOn: true }
}

async function stopOf(
  world: World,
  url: string,
  request: object,
): Promise<{ title: string; message: string } | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        // The simulated time; see webhooks.ts.
        date: new Date(world.deps.nowMs()).toUTCString(),
      },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(answerMsMax),
    })
    if (response.status !== 200) return undefined
    const { actions } = (await response.json()) as { actions?: Record<string, unknown>[] }
    const stop = actions?.find(({ type }) => type === 'stop')
    return stop && { title: String(stop.title), message: String(stop.message) }
  } catch {
    return undefined
  }
}

function requestOf(world: World, account: Account, question: TillReturnQuestion): object {
  const { currency } = account.simulated
  const saleId = saleIdOf(account.id, question.returnKey)
  const taxMinor = question.lines.reduce((sum, line) => sum + line.taxMinor, 0)
  const lines = question.lines.map((line, index) => ({
    line,
    row: lineRow(account, question, question.returnKey, line, index, -1),
  }))
  const user = get<UserRow>(world, account.id, 'users', question.employeeExternalId)?.value
  return {
    event_type: 'sale.ready_for_payment',
    retailer_id: account.retailerId,
    retailer: { id: account.retailerId, domain_prefix: account.id },
    sale: {
      id: saleId,
      status: 'OPEN',
      return_for: question.saleKey === undefined ? null : saleIdOf(account.id, question.saleKey),
      outlet_id: question.storeExternalId,
      register_id: question.registerExternalId,
      note: '',
      total_price: fiveDecimals(-(question.totalMinor - taxMinor), currency),
      total_tax: fiveDecimals(-taxMinor, currency),
      custom_fields: [],
      line_items: lines.map(({ line, row }) => ({
        id: row.id,
        product: { id: row.productId, name: line.name, sku: line.sku, custom_fields: [] },
        quantity: negateQuantity(line.quantity),
        note: '',
        price: row.price,
        price_total: row.priceTotal,
        tax_total: row.taxTotal,
        custom_fields: [],
      })),
    },
    user: {
      id: question.employeeExternalId,
      username: user?.email ?? '',
      account_type: user?.isManager ? 'manager' : 'cashier',
    },
    customer: { id: customerIdOf(account.id, question.customer) },
  }
}
