/** When each step between a webhook and its order was done, as the hub's database tells it. */
import type pg from 'pg'

export interface Stage {
  readonly storeId: string
  readonly sku: string
  readonly isAutomatic: boolean
  /** Wall clock. */
  readonly recordedAtMs: number
  /** Missing while a person is to decide. */
  readonly issuedAtMs?: number
}

export async function readStages(database: pg.Client): Promise<Stage[]> {
  const { rows } = await database.query<{
    store: string
    sku: string
    autonomy: string
    recorded: Date
    issued: Date | null
  }>(
    `select p.store_id as store, p.input->'lines'->0->>'sku' as sku, p.autonomy,
       e.recorded_at as recorded, c.issued_at as issued
     from proposal p
       join event_identity e on e.chain_id = p.chain_id and e.event_id = p.event_id::uuid
       left join command c on c.chain_id = p.chain_id and c.proposal_id = p.proposal_id
     where p.action = 'purchase_order.place'`,
  )
  return rows.map(({ store, sku, autonomy, recorded, issued }) => ({
    storeId: store,
    sku,
    isAutomatic: autonomy === 'automatic',
    recordedAtMs: recorded.getTime(),
    ...(issued !== null && { issuedAtMs: issued.getTime() }),
  }))
}

/** What became of the orders that the workflow proposed, by autonomy and the command's state. */
export async function readOutcomes(database: pg.Client): Promise<string[][]> {
  const { rows } = await database.query<{ autonomy: string; state: string; n: string }>(
    `select p.autonomy, coalesce(c.state, 'no command') as state, count(*) as n
     from proposal p left join command c using (chain_id, proposal_id)
     where p.action = 'purchase_order.place' group by 1, 2 order by 1, 2`,
  )
  return rows.map(({ autonomy, state, n }) => [`${autonomy}, ${state}`, n])
}
