/** Things to fetch from a vendor before their events can be told. One row a thing, however often it is named. */
import type { Lookup } from '../../connectors/connector.ts'
import type { Database } from './database.ts'

export interface PendingLookup {
  readonly connectionId: string
  readonly lookup: Lookup
  readonly traceparent: string
  readonly version: number
  readonly attemptsCount: number
  readonly firstAskedAtMs: number
}

export interface Lookups {
  /** Inside a transaction. Naming a thing again makes it due now. */
  ask(connectionId: string, lookup: Lookup, traceparent: string, nowMs: number): void
  due(connectionId: string, nowMs: number, limit: number): PendingLookup[]
  nextTryAtMs(connectionId: string): number | undefined
  /** Inside a transaction; a thing named again since stays. */
  done(pending: PendingLookup): void
  retry(pending: PendingLookup, nextTryAtMs: number): void
  count(): number
}

interface Row {
  readonly kind: string
  readonly externalId: string
  readonly hints: string | null
  readonly traceparent: string
  readonly version: number
  readonly attemptsCount: number
  readonly firstAskedAtMs: number
}

export function createLookups(database: Database): Lookups {
  const upsert = database.prepare(`
    insert into lookups (connectionId, kind, externalId, hints, traceparent, firstAskedAtMs, nextTryAtMs)
    values (?, ?, ?, ?, ?, ?, ?)
    on conflict do update set version = version + 1, hints = excluded.hints,
      nextTryAtMs = excluded.nextTryAtMs, attemptsCount = 0`)
  const due = database.prepare(`
    select kind, externalId, hints, traceparent, version, attemptsCount, firstAskedAtMs
    from lookups where connectionId = ? and nextTryAtMs <= ? order by nextTryAtMs limit ?`)
  const next = database.prepare('select min(nextTryAtMs) as at from lookups where connectionId = ?')
  const same = 'connectionId = ? and kind = ? and externalId = ? and version = ?'
  const remove = database.prepare(`delete from lookups where ${same}`)
  const postpone = database.prepare(
    `update lookups set attemptsCount = attemptsCount + 1, nextTryAtMs = ? where ${same}`,
  )
  const all = database.prepare('select count(*) as count from lookups')
  return {
    ask(connectionId, { kind, externalId, hints }, traceparent, nowMs) {
      const text = hints === undefined ? null : JSON.stringify(hints)
      upsert.run(connectionId, kind, externalId, text, traceparent, nowMs, nowMs)
    },
    due: (connectionId, nowMs, limit) =>
      (due.all(connectionId, nowMs, limit) as unknown as Row[]).map(
        ({ kind, externalId, hints, ...rest }) => ({
          ...rest,
          connectionId,
          lookup: { kind, externalId, ...(hints !== null && { hints: JSON.parse(hints) }) },
        }),
      ),
    nextTryAtMs: (connectionId) =>
      (next.get(connectionId) as { at: number | null }).at ?? undefined,
    done: ({ connectionId, lookup, version }) =>
      void remove.run(connectionId, lookup.kind, lookup.externalId, version),
    retry: ({ connectionId, lookup, version }, nextTryAtMs) =>
      void postpone.run(nextTryAtMs, connectionId, lookup.kind, lookup.externalId, version),
    count: () => (all.get() as { count: number }).count,
  }
}
