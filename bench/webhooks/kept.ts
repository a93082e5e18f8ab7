/** Looks into the database of an agent that has ended: what it had on disk when it said 200. */
import { DatabaseSync } from 'node:sqlite'
import type { OpenConnection } from '../../src/simulator/simulator.ts'

export interface Kept {
  readonly eventsCount: number
  /** Distinct things to fetch; many webhooks name the same one. */
  readonly lookupsCount: number
}

/** By vendor; `beginsAfter` leaves out what lay in the outbox before. */
export function readKept(
  databasePath: string,
  connections: readonly OpenConnection[],
  beginsAfter: number,
): ReadonlyMap<string, Kept> {
  const database = new DatabaseSync(databasePath)
  const events = database
    .prepare(
      `select json_extract(event, '$.partitionkey') as id, count(*) as n
       from outbox where seq > ? group by 1`,
    )
    .all(beginsAfter)
  const lookups = database
    .prepare('select connectionId as id, count(*) as n from lookups group by 1')
    .all()
  database.close()
  const vendors = new Map(
    connections.flatMap(({ vendor, connectionId, stores }) =>
      [connectionId, ...stores.map(({ storeId }) => storeId)].map((id) => [id, vendor] as const),
    ),
  )
  const sum = (rows: typeof events, vendor: string) =>
    rows
      .filter(({ id }) => vendors.get(String(id)) === vendor)
      .reduce((total, { n }) => total + Number(n), 0)
  return new Map(
    [...new Set(vendors.values())].map((vendor) => [
      vendor,
      { eventsCount: sum(events, vendor), lookupsCount: sum(lookups, vendor) },
    ]),
  )
}
