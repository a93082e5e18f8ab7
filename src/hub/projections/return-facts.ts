/** What is known of a return's sale, customer and employee: one query for all three. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { Facts, ReturnHistory, ReturnQuestion } from '../../workflows/facts.ts'
import type { StoreFigures } from './store-figures.ts'

interface Row {
  readonly sale: {
    readonly store_id: string
    readonly occurred_at: string
    readonly total_minor: number
    readonly skus: string[]
    readonly returned_lines: number
  } | null
  readonly customer_returns: number
  readonly customer_purchases: number
  readonly own: number
  readonly peers: number
  readonly others: number
}

export function createReturnFacts(
  tx: Tx,
  chainId: string,
  figures: StoreFigures,
): Pick<Facts, 'returnHistory'> {
  return {
    async returnHistory(question) {
      const row = await read(tx, chainId, question)
      const { meanSaleMinor } = await figures.of(tx, question.storeId)
      return historyOf(question, row, meanSaleMinor)
    },
  }
}

/** Parts that were not asked about look for what no row has, and cost an index look-up each. */
async function read(
  tx: Tx,
  chainId: string,
  { storeId, saleId, customer, customerSince, employeeId, employeeSince }: ReturnQuestion,
): Promise<Row | undefined> {
  const { rows } = await sql<Row>`
    select
      (select jsonb_build_object('store_id', store_id, 'occurred_at', occurred_at,
          'total_minor', total_minor, 'skus', skus, 'returned_lines', returned_lines)
        from sale where chain_id = ${chainId} and sale_id = ${saleId ?? null}
          and total_minor is not null and not is_voided) as sale,
      (select count(*) from refund where chain_id = ${chainId} and customer = ${customer ?? null}
        and occurred_at >= ${customerSince}) as customer_returns,
      (select count(*) from sale where chain_id = ${chainId} and customer = ${customer ?? null}
        and occurred_at >= ${customerSince} and not is_voided) as customer_purchases,
      e.own, e.peers, e.others
    from (
      select count(*) filter (where employee_id = ${employeeId ?? null}) as own,
        count(distinct employee_id) filter (where employee_id <> ${employeeId ?? null}) as peers,
        count(*) filter (where employee_id <> ${employeeId ?? null}) as others
      from refund where chain_id = ${chainId} and store_id = ${storeId}
        and occurred_at >= ${employeeSince} and ${employeeId ?? null}::text is not null
    ) as e`.execute(tx)
  return rows[0]
}

function historyOf(
  { saleId }: ReturnQuestion,
  row: Row | undefined,
  typicalSaleMinor: number,
): ReturnHistory {
  const { sale, own = 0, peers = 0, others = 0 } = row ?? {}
  return {
    ...(sale != null &&
      saleId !== undefined && {
        sale: {
          saleId,
          storeId: sale.store_id,
          occurredAt: new Date(sale.occurred_at).toISOString(),
          totalMinor: sale.total_minor,
          skus: sale.skus,
          returnedLinesCount: sale.returned_lines,
        },
      }),
    customerReturnsCount: row?.customer_returns ?? 0,
    customerPurchasesCount: row?.customer_purchases ?? 0,
    employeeReturnsCount: own,
    peerReturnsMean: peers === 0 ? own : others / peers,
    typicalSaleMinor,
  }
}
