/** What came out of the rounds: rates, answers, and the mix of webhooks that they were taken with. */
import type { OpenConnection } from '../../src/simulator/simulator.ts'
import type { LoadResult } from '../load/generator.ts'
import { atLeast, type Finding } from '../measurement.ts'
import { type Spread, spreadOf } from '../parts/statistics.ts'
import { percent, type Table, whole } from '../parts/table.ts'
import type { DemoWebhook } from './demo-webhooks.ts'
import type { Kept } from './kept.ts'

export interface Prepared {
  readonly connections: readonly OpenConnection[]
  readonly webhooks: readonly DemoWebhook[]
  readonly salesCount: number
  readonly port: number
}

export interface Measured {
  readonly agent: readonly LoadResult[]
  readonly bare: readonly LoadResult[]
  /** Of a core, for each webhook; NaN where the system does not tell. */
  readonly agentMicros: number
  readonly bareMicros: number
  readonly kept: ReadonlyMap<string, Kept>
}

/** Webhooks of one round, and the connections they are sent over. */
export const perRound = 6_000
export const connectionsCount = 64

const inTheWay =
  'a quarter of the agent’s time is the group commit, and half of that the flush, during which its one thread stands still; the rest is spread thin (HTTP, JSON, schemas, hashes)'

export function findingOf(
  prepared: Prepared,
  { agent, bare, agentMicros, bareMicros, kept }: Measured,
): Finding {
  const rates = (results: readonly LoadResult[]) => results.map(({ seconds }) => perRound / seconds)
  const [ours, theirs] = [spreadOf(rates(agent)), spreadOf(rates(bare))]
  const shares = spreadOf(rates(agent).map((rate, index) => rate / (rates(bare)[index] ?? 1)))
  const total = agent.length * perRound
  const marked = (marker: string) =>
    agent.reduce((sum, result) => sum + (result.marked[marker] ?? 0), 0)
  const answered = agent.reduce((sum, result) => sum + (result.statuses[200] ?? 0), 0)
  return {
    tables: [
      {
        title: `Webhooks per second (${agent.length} rounds of ${whole(perRound)}, ${connectionsCount} keep-alive connections)`,
        columns: ['', 'median', 'least', 'most', 'core µs each'],
        rows: [
          rateRow('agent: verified, translated, tokenised, on disk', ours, agentMicros),
          rateRow('bare Fastify: verified and parsed', theirs, bareMicros),
          [
            'agent as a share of bare, round by round',
            ...[shares.median, shares.least, shares.most].map(percent),
            percent(bareMicros / agentMicros),
          ],
        ],
      },
      {
        title: 'What the agent answered',
        columns: ['sent', '200', 'accepted', 'duplicate', 'dead letter'],
        rows: [
          [
            whole(total),
            whole(answered),
            whole(marked('"accepted"')),
            whole(marked('"duplicate"')),
            whole(marked('"dead_lettered"')),
          ],
        ],
      },
      mixOf(prepared.webhooks, kept),
    ],
    goals: [
      atLeast({
        says: 'Webhooks durable per second',
        measured: ours.median,
        wanted: 5_000,
        show: whole,
        inTheWay,
      }),
      atLeast({
        says: 'Share of the bare handler',
        measured: shares.median,
        wanted: 0.4,
        show: percent,
        inTheWay,
      }),
    ],
    notes: [
      `The webhooks are those of ${whole(prepared.salesCount)} real transactions of the demo chain (24 stores, six per vendor), in the order and proportion in which the four emulators sent them, each with its vendor’s signature; none is sent to the agent twice.`,
      'What is answered as a duplicate is the vendor’s own: Lightspeed tells a sale again when goods of it come back.',
      'Durable means on disk: SQLite with synchronous = full, one flush for each group of webhooks, and the 200 only after it.',
      'Clover’s webhooks and Square’s orders carry only ids: what is durable there is the look-up, not yet an event. The vendors’ APIs answer 429 during the load and the hub is away, so that neither fetching nor sending takes part.',
      'Generator, agent and bare handler are processes of their own on one machine; the generator’s share of the cores falls on both alike.',
    ],
  }
}

function rateRow(name: string, { median, least, most }: Spread, micros: number): string[] {
  return [name, whole(median), whole(least), whole(most), whole(micros)]
}

function mixOf(webhooks: readonly DemoWebhook[], kept: ReadonlyMap<string, Kept>): Table {
  const rows = [...kept].map(([vendor, { eventsCount, lookupsCount }]) => {
    const own = webhooks.filter((webhook) => webhook.vendor === vendor)
    const bytes = own.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
    return [
      vendor,
      whole(own.length),
      percent(own.length / webhooks.length),
      whole(bytes / own.length),
      (eventsCount / own.length).toFixed(2),
      whole(lookupsCount),
    ]
  })
  return {
    title: 'The mix, and what of it lay on disk when the agent had ended (warm-up included)',
    columns: ['vendor', 'webhooks', 'share', 'bytes each', 'events each', 'things to look up'],
    rows,
  }
}
