/** A follower: sees what is appended from now on, keeps its place in memory only (live feeds). */
import { type Database, inChain } from '../base/postgres.ts'
import type { LoggedEvent } from './log.ts'
import { logged, readHeads, readRows } from './postgres-read.ts'
import type { Wake } from './postgres-wake.ts'

const batchMax = 500

export async function startFollower(
  db: Database,
  wake: Wake,
  chainId: string,
  onEvents: (events: LoggedEvent[]) => void | Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const places = new Map<number, number>()
  for (const { partition, position } of await inChain(db, chainId, (tx) => readHeads(tx, chainId)))
    places.set(partition, position)

  let toLookAt = new Set<number>()
  let looking: Promise<void> | undefined
  let isClosed = false

  async function look(): Promise<void> {
    while (toLookAt.size > 0 && !isClosed) {
      const partitions = toLookAt
      toLookAt = new Set()
      for (const partition of partitions) await lookAt(partition)
    }
  }

  async function lookAt(partition: number): Promise<void> {
    const place = { partition, position: places.get(partition) ?? 0 }
    const rows = await inChain(db, chainId, (tx) => readRows(tx, chainId, place, batchMax))
    const last = rows.at(-1)
    if (last === undefined || isClosed) return
    places.set(partition, last.position)
    if (rows.length === batchMax) toLookAt.add(partition)
    await onEvents(rows.map(logged))
  }

  const stop = await wake.on(chainId, (partitions) => {
    for (const partition of partitions ?? places.keys()) toLookAt.add(partition)
    // What fails is looked at again at the next wake-up.
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = undefined
      })
  })
  return {
    async close() {
      isClosed = true
      stop()
      await looking
    },
  }
}
