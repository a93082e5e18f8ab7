/**
 * Keys for things without a version. Clover moves an item's time of change with every sale and gives
 * customers and employees none, so what was told last is remembered as a hash with the time it was
 * first seen: an unchanged thing keeps its key, and a change back to an earlier state gets a new one.
 */
import { canonicalJson } from '../../base/json.ts'
import { sha256Hex } from '../../base/signature.ts'
import type { Reference, ReferenceBook } from '../connector.ts'

export interface StateKey {
  readonly key: string
  readonly changedAtMs: number
  readonly reference: Reference
}

/** @param data already tokenised: the hash stays in the agent's book */
export function stateKey(
  references: ReferenceBook,
  kind: `${string}_state`,
  externalId: string,
  data: unknown,
  seenAtMs: number,
): StateKey {
  const hash = sha256Hex(canonicalJson(data)).slice(0, 32)
  const [knownHash, knownAt] = references.find(kind, externalId)?.split(':') ?? []
  const changedAtMs = knownHash === hash ? Number(knownAt) : seenAtMs
  return {
    key: `${externalId}/${changedAtMs}/${hash.slice(0, 8)}`,
    changedAtMs,
    reference: { kind, externalId, value: `${hash}:${changedAtMs}` },
  }
}
