/** What a group of the embedded log has not handled yet, read from its tables. */
import type { Tx } from '../base/postgres.ts'
import type { Batch, Item, Source } from './delivery.ts'
import type { Lease, Member } from './postgres-leases.ts'
import { logged, type Row, readHead, readRows } from './postgres-read.ts'

export function createPostgresSource(
  { chainId }: Member,
  lease: Lease,
  types: readonly string[],
): Source {
  return {
    isEmpty: () => false,
    async read(tx: Tx, limit: number): Promise<Batch> {
      // Read before the rows: what was appended in between is not to be passed over.
      const head = types.length > 0 ? await readHead(tx, chainId, lease.partition) : 0
      const rows = await readRows(tx, chainId, lease, limit, lease.recordedAt, types)
      const last = rows.at(-1)
      const isLast = rows.length < limit
      if (last === undefined) {
        // Up to the head there was nothing of this group's types.
        const through = { position: head, recordedAt: lease.recordedAt }
        return { items: [], isLast, through: head > lease.position ? through : undefined }
      }
      const { position, recordedAt } = last
      return { items: rows.map(itemOf), isLast, through: { position, recordedAt } }
    },
  }
}

export function itemOf(row: Row): Item {
  const { partition, position, body } = row
  return {
    partition,
    position,
    logged: () => logged(row),
    letter() {
      const { id, storeId } = JSON.parse(body) as { id: string; storeId: string }
      return { partition, position, eventId: id, storeId, body }
    },
  }
}
