/** What is known of returns' sales, customers and employees: one query for all three, and for all that ask at once. */
import { sql } from 'kysely'
import type { Tx } from '../../base/postgres.ts'
import type { Facts, ReturnHistory, ReturnQuestion } from '../../workflows/facts.ts'
import { coalesced } from './coalesced.ts'
import type { StoreFigures } from './store-figures.ts'

interface Row {
  readonly n: number
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
  const histories = coalesced((questions: readonly ReturnQuestion[]) =>
    readHistories(tx, chainId, questions),
  )
  return {
    async returnHistory(question) {
      const [row, { meanSaleMinor }] = await Promise.all([
        histories(question),
        figures(question.storeId),
      ])
      return historyOf(question, row, meanSaleMinor)
    },
  }
}

/** Parts that were not asked about look for what no row has, and cost an index look-up each. */
async function readHistories(
  tx: Tx,
  chainId: string,
  questions: readonly ReturnQuestion[],
): Promise<(Row | undefined)[]> {
  const column = <Key extends keyof ReturnQuestion>(key: Key) =>
    questions.map((question) => question[key] ?? null)
  const { rows } = await sql<Row>`
    select q.n::int as n,
      (select jsonb_build_object('store_id', store_id, 'occurred_at', occurred_at,
          'total_minor', total_minor, 'skus', skus, 'returned_lines', returned_lines)
        from sale where chain_id = ${chainId} and sale_id = q.sale_id
          and total_minor is not null and not is_voided) as sale,
      (select count(*) from refund where chain_id = ${chainId} and customer = q.customer
        and occurred_at >= q.customer_since) as customer_returns,
      (select count(*) from sale where chain_id = ${chainId} and customer = q.customer
        and occurred_at >= q.customer_since and not is_voided) as customer_purchases,
      e.own, e.peers, e.others
    from unnest(${column('storeId')}::text[], ${column('saleId')}::text[],
        ${column('customer')}::text[], ${column('customerSince')}::timestamptz[],
        ${column('employeeId')}::text[], ${column('employeeSince')}::timestamptz[])
      with ordinality as q(store_id, sale_id, customer, customer_since, employee_id,
        employee_since, n)
    cross join lateral (
      select count(*) filter (where employee_id = q.employee_id) as own,
        count(distinct employee_id) filter (where employee_id <> q.employee_id) as peers,
        count(*) filter (where employee_id <> q.employee_id) as others
      from refund where chain_id = ${chainId} and store_id = q.store_id
        and occurred_at >= q.employee_since and q.employee_id is not null
    ) as e`.execute(tx)
  const found = new Map(rows.map((row) => [row.n, row]))
  return questions.map((_, index) => found.get(index + 1))
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
