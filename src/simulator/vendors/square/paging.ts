/** Square's paging: an opaque cursor, good for five minutes and for the same query only. */

import { createHash } from 'node:crypto'
import type { DocumentStore, StoredDocument } from '../../document-store.ts'
import { badRequest, type Json } from './wire.ts'

const lifeMs = 5 * 60_000

export interface Place {
  /** Where the next page begins: at this time, after so many of that very time. */
  readonly fromMs: number
  readonly skip: number
}

function hashOf(query: Json): string {
  const { cursor: _cursor, ...rest } = query
  return createHash('sha256').update(JSON.stringify(rest)).digest('base64url').slice(0, 12)
}

export function readCursor(query: Json): Place | undefined {
  if (query.cursor === undefined || query.cursor === '') return undefined
  const text = Buffer.from(String(query.cursor), 'base64url').toString()
  const [hash, until, fromMs, skip] = text.split('.')
  if (hash !== hashOf(query) || !(Number(until) > Date.now()))
    throw badRequest('INVALID_CURSOR', 'The pagination cursor is invalid or expired.', 'cursor')
  return { fromMs: Number(fromMs), skip: Number(skip) }
}

export function writeCursor(query: Json, { fromMs, skip }: Place): string {
  const text = `${hashOf(query)}.${Date.now() + lifeMs}.${fromMs}.${skip}`
  return Buffer.from(text).toString('base64url')
}

/**
 * Oldest change first. The place is a time, not a count: documents that change meanwhile move to
 * the end, and none of those that stay is passed over.
 */
export function pageByTime<Value>(
  documents: DocumentStore,
  collection: string,
  range: { fromMs: number; toMs: number },
  query: Json,
  limit: number,
): { rows: StoredDocument<Value>[]; cursor?: string } {
  const place = readCursor(query) ?? { fromMs: range.fromMs, skip: 0 }
  const found = documents.between<Value>(
    collection,
    place.fromMs,
    range.toMs,
    place.skip,
    limit + 1,
  )
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  if (found.length <= limit || last === undefined) return { rows }
  const alike = rows.filter((row) => row.modifiedMs === last.modifiedMs).length
  const skip = last.modifiedMs === place.fromMs ? place.skip + alike : alike
  return { rows, cursor: writeCursor(query, { fromMs: last.modifiedMs, skip }) }
}

/** A list in memory, page by page. */
export function pageOf<Value>(
  all: readonly Value[],
  query: Json,
  limit: number,
): { rows: Value[]; cursor?: string } {
  const skip = readCursor(query)?.skip ?? 0
  const rows = all.slice(skip, skip + limit)
  if (skip + limit >= all.length) return { rows }
  return { rows, cursor: writeCursor(query, { fromMs: 0, skip: skip + limit }) }
}

/** @throws SquareError VALUE_TOO_HIGH and its kin */
export function limitOf(value: unknown, limits: { usual: number; max: number }): number {
  if (value === undefined) return limits.usual
  const limit = Number(value)
  if (!Number.isInteger(limit) || limit < 1)
    throw badRequest('VALUE_TOO_LOW', 'limit must be at least 1.', 'limit')
  if (limit > limits.max)
    throw badRequest('VALUE_TOO_HIGH', `limit must be at most ${limits.max}.`, 'limit')
  return limit
}

/** @throws SquareError INVALID_TIME */
export function timeOf(value: unknown, field: string, otherwise: number): number {
  if (value === undefined) return otherwise
  const epochMs = Date.parse(String(value))
  if (Number.isNaN(epochMs)) throw badRequest('INVALID_TIME', 'Not an RFC 3339 timestamp.', field)
  return epochMs
}
