/**
 * What a monitor asks of the hub, as Prometheus text: read from the database, and the ends of agents'
 * topics from Kafka, so any hub tells the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { inChain, type Tx } from '../base/postgres.ts'
import type { CellServices } from './context.ts'
import { workflowsGroup } from './decisions/runner.ts'
import { reportsGroup } from './dispatch/reports.ts'
import { projectionsGroup } from './projections/projections.ts'

export const groups = [projectionsGroup, workflowsGroup, reportsGroup] as const

/** Of the exposition format that is written here: prometheus.io/docs/instrumenting/exposition_formats. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8'

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const families = {
  tillway_consumer_lag_events: 'Events that a group of workers has not handled yet',
  tillway_agents_lag_records:
    'Records of agents on Kafka that no hub has taken in yet; absent while Kafka does not answer',
  tillway_events_appended_total: 'Events in the log since it began',
  tillway_commands_waiting: 'Commands that no outcome is known of, by state',
  tillway_commands_ended_last_hour: 'Commands whose state changed within the last hour, by state',
  tillway_approvals_open: 'Approvals that wait for a person',
  tillway_dead_letters:
    'Events that could not be used and wait to be replayed, by where they failed',
  tillway_agents: 'Agents by whether they reported within the last two minutes',
  tillway_ledger_pending_entries: 'Entries that wait for their place in the ledger',
} as const
type Family = keyof typeof families

type Samples = Record<Family, Sample[]>

export async function readMetrics(
  cells: Iterable<CellServices>,
  chainId: string,
): Promise<Samples> {
  const samples: Samples = {
    tillway_consumer_lag_events: [],
    tillway_agents_lag_records: [],
    tillway_events_appended_total: [],
    tillway_commands_waiting: [],
    tillway_commands_ended_last_hour: [],
    tillway_approvals_open: [],
    tillway_dead_letters: [],
    tillway_agents: [],
    tillway_ledger_pending_entries: [],
  }
  for (const { regionId, db, log, agentsLag } of cells) {
    for (const group of groups)
      samples.tillway_consumer_lag_events.push({
        labels: { region: regionId, group },
        value: await log.lag(chainId, group),
      })
    const value = await agentsLagIn(agentsLag)
    if (value !== undefined)
      samples.tillway_agents_lag_records.push({ labels: { region: regionId }, value })
    const rows = await inChain(db, chainId, (tx) => readCounts(tx, chainId))
    for (const { family, label, kind, count } of rows)
      samples[family].push({
        labels: { region: regionId, ...(label !== null && { [label]: kind }) },
        value: count,
      })
  }
  return samples
}

/** All else is told although Kafka is away, and in time for whoever scrapes. */
const kafkaMsMax = 2_000

async function agentsLagIn(read: CellServices['agentsLag']): Promise<number | undefined> {
  const waiting = new AbortController()
  const late = sleep(kafkaMsMax, undefined, { signal: waiting.signal })
  try {
    return await Promise.race([read?.(), late])
  } catch {
    return undefined
  } finally {
    late.catch(() => {})
    waiting.abort()
  }
}

interface CountRow {
  readonly family: Family
  readonly label: string | null
  readonly kind: string
  readonly count: number
}

/** One statement: each line of it is answered by an index or a small table. */
async function readCounts(tx: Tx, chainId: string): Promise<CountRow[]> {
  const { rows } = await sql<CountRow>`
    select 'tillway_events_appended_total' as family, null as label, '' as kind,
      coalesce(sum(position), 0)::bigint as count from event_head where chain_id = ${chainId}
    union all select 'tillway_commands_waiting', 'state', state, count(*)
      from command where chain_id = ${chainId} and state in ('queued', 'delivered') group by state
    union all select 'tillway_commands_ended_last_hour', 'state', state, count(*)
      from command where chain_id = ${chainId} and changed_at > now() - interval '1 hour'
        and state not in ('queued', 'delivered') group by state
    union all select 'tillway_approvals_open', null, '', count(*)
      from approval where chain_id = ${chainId} and state = 'open'
    union all select 'tillway_dead_letters', 'source', 'ingest', count(*)
      from ingest_dead_letter where chain_id = ${chainId} and replayed_at is null
    union all select 'tillway_dead_letters', 'source', 'consumer', count(*)
      from event_dead_letter where chain_id = ${chainId} and state <> 'resolved'
    union all select 'tillway_agents', 'state', seen, count(*)
      from (select case when seen_at > now() - interval '2 minutes' then 'reporting' else 'silent' end
          as seen from agent where chain_id = ${chainId} and revoked_at is null) a group by seen
    union all select 'tillway_ledger_pending_entries', null, '', count(*)
      from ledger_pending where chain_id = ${chainId}`.execute(tx)
  return rows
}

export function writeMetrics(samples: Samples): string {
  const lines = (Object.keys(families) as Family[]).flatMap((family) => [
    `# HELP ${family} ${families[family]}`,
    `# TYPE ${family} ${family.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...samples[family].map(({ labels, value }) => `${family}${labelled(labels)} ${value}`),
  ])
  return `${lines.join('\n')}\n`
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const escaped = (text: string) =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`
}
