/** What this agent saw of sales and refunds in the last 45 days: the ground of decisions without the hub. */

import { msOf } from '../../base/time.ts'
import type { DraftEvent } from '../../connectors/connector.ts'
import type { EventOf } from '../../retail/event.ts'
import type { Database } from './database.ts'

const keptMs = 45 * 24 * 3600_000
const employeeWindowMs = 7 * 24 * 3600_000

export interface ReturnFacts {
  readonly sale?: {
    readonly saleId: string
    readonly occurredAtMs: number
    readonly totalMinor: number
    readonly skus: readonly string[]
  }
  readonly alreadyReturnedLinesCount: number
  readonly customerReturnsCount: number
  readonly customerPurchasesCount: number
  readonly employeeReturnsCount: number
  readonly peerReturnsMean: number
  readonly typicalSaleMinor: number
}

export interface LocalFacts {
  /** Inside a transaction. */
  learn(event: DraftEvent, eventId: string): void
  about(question: Pick<EventOf<'return.requested'>, 'storeId' | 'occurredAt' | 'data'>): ReturnFacts
  prune(nowMs: number): void
}

export function createLocalFacts(database: Database): LocalFacts {
  const insertSale = database.prepare('insert or replace into saleFacts values (?, ?, ?, ?, ?, ?)')
  const insertRefund = database.prepare(
    'insert or ignore into refundFacts values (?, ?, ?, ?, ?, ?, ?)',
  )
  const selectSale = database.prepare(
    'select occurredAtMs, totalMinor, skus from saleFacts where saleId = ?',
  )
  const returnedLines = database.prepare(
    'select coalesce(sum(linesCount), 0) as value from refundFacts where saleId = ?',
  )
  const customerReturns = database.prepare(
    'select count(*) as value from refundFacts where customer = ? and occurredAtMs > ?',
  )
  const customerSales = database.prepare(
    'select count(*) as value from saleFacts where customer = ? and occurredAtMs > ?',
  )
  const employeeReturns = database.prepare(
    'select count(*) as value from refundFacts where employeeId = ? and occurredAtMs > ?',
  )
  const peers = database.prepare(`
    select coalesce(avg(returned), 0) as value from (
      select count(*) as returned from refundFacts
      where storeId = ? and occurredAtMs > ? and employeeId is not null and employeeId <> ?
      group by employeeId)`)
  const typical = database.prepare(`
    select coalesce(avg(totalMinor), 0) as value from (
      select totalMinor from saleFacts where storeId = ? order by occurredAtMs desc limit 200)`)
  const pruneSales = database.prepare('delete from saleFacts where occurredAtMs < ?')
  const pruneRefunds = database.prepare('delete from refundFacts where occurredAtMs < ?')
  type Statement = typeof typical
  const number = (statement: Statement, ...values: (string | number)[]) =>
    (statement.get(...values) as { value: number }).value

  return {
    learn(event, eventId) {
      const { storeId } = event
      const atMs = msOf(event.occurredAt)
      if (event.type === 'sale.completed') {
        const { saleId, totalMinor, customer, lines } = event.data
        const skus = lines.flatMap(({ sku }) => (sku === undefined ? [] : [sku])).join('\n')
        insertSale.run(saleId, storeId, atMs, totalMinor, customer ?? null, skus)
      } else if (event.type === 'refund.completed') {
        const { saleId, employeeId, customer, lines } = event.data
        const who = [saleId ?? null, employeeId ?? null, customer ?? null] as const
        insertRefund.run(eventId, storeId, ...who, atMs, lines.length)
      }
    },
    about({ storeId, occurredAt, data }) {
      const nowMs = msOf(occurredAt)
      const { saleId, customer, employeeId } = data
      const since = nowMs - keptMs
      const weekAgo = nowMs - employeeWindowMs
      const sale =
        saleId === undefined
          ? undefined
          : (selectSale.get(saleId) as
              | { occurredAtMs: number; totalMinor: number; skus: string }
              | undefined)
      return {
        ...(sale !== undefined &&
          saleId !== undefined && {
            sale: {
              saleId,
              occurredAtMs: sale.occurredAtMs,
              totalMinor: sale.totalMinor,
              skus: sale.skus.split('\n'),
            },
          }),
        alreadyReturnedLinesCount: saleId === undefined ? 0 : number(returnedLines, saleId),
        customerReturnsCount: customer === undefined ? 0 : number(customerReturns, customer, since),
        customerPurchasesCount: customer === undefined ? 0 : number(customerSales, customer, since),
        employeeReturnsCount:
          employeeId === undefined ? 0 : number(employeeReturns, employeeId, weekAgo),
        peerReturnsMean: employeeId === undefined ? 0 : number(peers, storeId, weekAgo, employeeId),
        typicalSaleMinor: Math.round(number(typical, storeId)),
      }
    },
    prune(nowMs) {
      pruneSales.run(nowMs - keptMs)
      pruneRefunds.run(nowMs - keptMs)
    },
  }
}
