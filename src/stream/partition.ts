/** Which partition a store's events go to: the same for ever, in every process. */
import { createHash } from 'node:crypto'

export function partitionOf(storeId: string, partitionsCount: number): number {
  return createHash('sha256').update(storeId).digest().readUInt32BE(0) % partitionsCount
}
