/**
 * Shopify's search syntax as far as it is used here (`updated_at:>='…' AND source_name:pos AND
 * (financial_status:a OR financial_status:b)`), and pages by cursor over documents in order of change.
 */
import type { DocumentStore, StoredDocument } from '../../document-store.ts'

export interface Search {
  /** The lower bound of the first time named, in milliseconds. */
  readonly fromMs: number
  matches(field: string, value: string): boolean
}

export function searchFrom(query: string | null | undefined): Search {
  const wanted = new Map<string, Set<string>>()
  let fromMs = 0
  for (const [, field = '', comparison, quoted, bare] of (query ?? '').matchAll(
    /(\w+):(>=|>)?(?:'([^']*)'|([^\s)]+))/g,
  )) {
    const value = quoted ?? bare ?? ''
    if (comparison === undefined) wanted.set(field, (wanted.get(field) ?? new Set()).add(value))
    else fromMs = Date.parse(value) + (comparison === '>' ? 1 : 0)
  }
  return {
    fromMs: Number.isNaN(fromMs) ? 0 : fromMs,
    matches: (field, value) => wanted.get(field)?.has(value) ?? true,
  }
}

export interface PageArguments {
  readonly first?: number | null
  readonly after?: string | null
}

export interface Connection {
  readonly nodes: readonly unknown[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

/** A page of what changed at or after `fromMs`; a cursor names a document by its time and version. */
export function pageOfDocuments<Value>(
  documents: DocumentStore,
  collection: string,
  fromMs: number,
  { first, after }: PageArguments,
  view: (value: Value) => unknown,
  isWanted: (value: Value) => boolean = () => true,
): Connection {
  const [afterMs = fromMs, afterVersion = -1] = after ? decode(after) : []
  const found: StoredDocument<Value>[] = []
  const limit = first ?? 50
  const startMs = Math.max(fromMs, afterMs)
  for (let offset = 0; found.length <= limit; offset += chunk) {
    const documentsHere = documents.between<Value>(
      collection,
      startMs,
      Number.MAX_SAFE_INTEGER,
      offset,
      chunk,
    )
    for (const document of documentsHere) {
      const isPast = document.modifiedMs === afterMs && document.version <= afterVersion
      if (!isPast && isWanted(document.value)) found.push(document)
      if (found.length > limit) break
    }
    if (documentsHere.length < chunk) break
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    nodes: page.map(({ value }) => view(value)),
    pageInfo: {
      hasNextPage: found.length > limit,
      hasPreviousPage: Boolean(after),
      startCursor: page[0] === undefined ? null : encode(page[0]),
      endCursor: last === undefined ? null : encode(last),
    },
  }
}

/** A page of a list that is whole in memory. */
export function pageOfList(list: readonly unknown[], { first, after }: PageArguments): Connection {
  const start = after ? (decode(after)[0] ?? 0) : 0
  const end = Math.min(start + (first ?? 50), list.length)
  return {
    nodes: list.slice(start, end),
    pageInfo: {
      hasNextPage: end < list.length,
      hasPreviousPage: start > 0,
      startCursor: end > start ? encode({ modifiedMs: start, version: 0 }) : null,
      endCursor: end > start ? encode({ modifiedMs: end, version: 0 }) : null,
    },
  }
}

const chunk = 200

function encode({ modifiedMs, version }: { modifiedMs: number; version: number }): string {
  return Buffer.from(JSON.stringify([modifiedMs, version])).toString('base64url')
}

function decode(cursor: string): number[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'number')) return parts
  } catch {
    // Falls through to the error that Shopify gives.
  }
  throw new Error(`Invalid cursor for current pagination sort.`)
}
