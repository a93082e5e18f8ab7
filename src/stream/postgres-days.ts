/** The tables that hold one recorded day each: made ahead, and dropped when retention says so. */
import { sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../base/postgres.ts'
import { connectOrFault } from '../base/postgres-migrations.ts'
import { type Clock, instantFromMs } from '../base/time.ts'

const daysAhead = 3
const lookEveryMs = 6 * 3600_000

export async function keepDaysAhead(db: Database, clock: Clock): Promise<{ stop(): void }> {
  const make = () =>
    sql`select event_make_days(${dayOf(clock.nowMs())}::date, ${daysAhead}::int)`.execute(db)
  await make()
  // A day without a table is no loss: its rows go to the default one.
  const timer = setInterval(() => void make().catch(() => {}), lookEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Drops the events of all chains that were recorded before a day. @returns tables dropped */
export async function dropEventsBefore(ownerUrl: string, day: string): Promise<number> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: 'tillway retention',
  })
  await connectOrFault(client)
  try {
    const { rows } = await client.query<{ dropped: number }>(
      'select event_drop_days($1::date) as dropped',
      [day],
    )
    return rows[0]?.dropped ?? 0
  } finally {
    await client.end()
  }
}

function dayOf(epochMs: number): string {
  return instantFromMs(epochMs).slice(0, 10)
}
