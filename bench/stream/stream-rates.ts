/** Events a second from append to effect: the embedded log and Kafka, beside what the machine takes at most. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits } from '../../src/link/protocol.ts'
import { type Cluster, startCluster } from '../../test/kafka/cluster.ts'
import { obtainKafka } from '../../test/kafka/distribution.ts'
import { atLeast, type Finding, type Goal, type Measurement } from '../measurement.ts'
import { type Helper, startHelper } from '../parts/helper.ts'
import { processorSecondsOf } from '../parts/processor-time.ts'
import { median, type Spread, spreadOf } from '../parts/statistics.ts'
import { percent, whole } from '../parts/table.ts'
import { type BenchCell, openBenchCell } from './cell.ts'
import type { Effect, LogChoice, LogProcess } from './log-process.ts'
import { clientRate, makeTopic, type ToolRates, toolRates } from './raw-kafka.ts'
import { rawInserts } from './raw-postgres.ts'

const eventsCount = 20_000
/** As many as an agent sends at most at a time. */
const batch = limits.eventsPerBatchMax
const atOnce = 4
const rounds = 3
const workersCounts = [1, 2, 4] as const
const effects: readonly Effect[] = ['bare', 'projections']
/** Until a group has shared its partitions out, nothing is measured. */
const joinMs = { embedded: 2_000, kafka: 5_000 } as const

type Kind = keyof typeof joinMs

interface Found {
  readonly kind: Kind
  readonly workersCount: number
  readonly effect: Effect
  readonly appended: Spread
  readonly effected: Spread
  /** PostgreSQL's share of a core. */
  readonly serverRatio: number
}

interface Raw {
  readonly inserts: Spread
  readonly tools?: ToolRates
  readonly client?: Spread
}

export const streamRates: Measurement = {
  name: 'rates',
  title: 'From append to effect',
  async run({ folder, say, atEnd }) {
    const cell = await openBenchCell(folder)
    atEnd(() => cell.stop())
    const kafka = await openKafka(folder, say)
    if (kafka) atEnd(() => kafka.cluster.stop())
    const raw = await measureRaw(cell, kafka, say)
    const found: Found[] = []
    const kinds: readonly Kind[] = kafka ? ['embedded', 'kafka'] : ['embedded']
    for (const kind of kinds)
      for (const workersCount of workersCounts) {
        say(`${kind}: ${workersCount} worker processes, ${rounds} rounds of ${eventsCount} events`)
        const brokers = kind === 'kafka' ? kafka?.cluster.brokers : undefined
        const choice = { url: cell.url, ...(brokers !== undefined && { brokers }) }
        found.push(...(await measure(cell, kind, choice, workersCount)))
      }
    return findingOf(raw, found)
  },
}

interface OpenKafka {
  readonly cluster: Cluster
  readonly classPath: string
}

async function openKafka(
  folder: string,
  say: (line: string) => void,
): Promise<OpenKafka | undefined> {
  try {
    const classPath = obtainKafka()
    const cluster = await startCluster({ folder: join(folder, 'kafka'), brokersCount: 1 })
    return { cluster, classPath }
  } catch (error) {
    say(`no Kafka, so only the embedded log is measured: ${(error as Error).message}`)
    return undefined
  }
}

async function measureRaw(
  cell: BenchCell,
  kafka: OpenKafka | undefined,
  say: (line: string) => void,
): Promise<Raw> {
  say('raw: batched inserts into a plain table')
  const inserts: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const options = { first: round * eventsCount, count: eventsCount, batch, connections: atOnce }
    inserts.push(await rawInserts(cell.ownerUrl, options))
  }
  // The first warms up.
  const raw = { inserts: spreadOf(inserts.slice(1)) }
  if (kafka === undefined) return raw
  const { brokers } = kafka.cluster
  say('raw: Kafka’s own performance tools')
  const tools = toolRates(kafka.classPath, brokers, await makeTopic(brokers, 'raw-tools'))
  say('raw: the client alone')
  const client: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const topic = await makeTopic(brokers, `raw-client-${round}`)
    client.push(await clientRate(brokers, topic, { count: eventsCount * 2, batch }))
  }
  return { ...raw, tools, client: spreadOf(client.slice(1)) }
}

async function measure(
  cell: BenchCell,
  kind: Kind,
  choice: LogChoice,
  workersCount: number,
): Promise<Found[]> {
  const start = (): Helper<LogProcess> => startHelper(new URL('./log-process.ts', import.meta.url))
  const appender = start()
  const workers = Array.from({ length: workersCount }, start)
  try {
    await Promise.all([appender, ...workers].map((one) => one.ask('open', choice)))
    const found: Found[] = []
    for (const effect of effects) {
      const seen: { appended: number; effected: number; server: number }[] = []
      for (let round = 0; round <= rounds; round += 1)
        seen.push(await once(cell, kind, { appender, workers, effect }))
      const [, ...counted] = seen
      found.push({
        kind,
        workersCount,
        effect,
        appended: spreadOf(counted.map(({ appended }) => appended)),
        effected: spreadOf(counted.map(({ effected }) => effected)),
        serverRatio: median(counted.map(({ server }) => server)),
      })
    }
    return found
  } finally {
    await Promise.all([appender, ...workers].map((one) => one.ask('close', undefined)))
    await Promise.all([appender, ...workers].map((one) => one.stop()))
  }
}

let chains = 0

/** One round, on a chain of its own. */
async function once(
  { owner, serverPid }: BenchCell,
  kind: Kind,
  {
    appender,
    workers,
    effect,
  }: {
    appender: Helper<LogProcess>
    workers: readonly Helper<LogProcess>[]
    effect: Effect
  },
) {
  chains += 1
  const chainId = `chn_stream_${chains}`
  await Promise.all(workers.map((worker) => worker.ask('consume', { chainId, effect })))
  await sleep(joinMs[kind])
  const server = { name: 'PostgreSQL', pid: serverPid, withChildren: true }
  const [beganAt, before] = [performance.now(), processorSecondsOf([server])]
  const appending = appender.ask('append', { chainId, from: 0, count: eventsCount, batch, atOnce })
  const untilMs = performance.now() + 120_000
  for (let done = 0; done < eventsCount; ) {
    await sleep(20)
    const { rows } = await owner.query<{ done: string | null }>(
      'select sum(position) as done from event_lease where chain_id = $1 and group_name = $2',
      [chainId, effect],
    )
    done = Number(rows[0]?.done ?? 0)
    if (performance.now() > untilMs) throw new Error(`${kind}: only ${done} events took effect`)
  }
  const seconds = (performance.now() - beganAt) / 1000
  const serverSeconds = processorSecondsOf([server]) - before
  const appendingSeconds = await appending
  await Promise.all(workers.map((worker) => worker.ask('stopConsuming', undefined)))
  return {
    appended: eventsCount / appendingSeconds,
    effected: eventsCount / seconds,
    server: serverSeconds / seconds,
  }
}

function findingOf(raw: Raw, found: readonly Found[]): Finding {
  const share = (rate: number) => percent(rate / raw.inserts.median)
  const names = { embedded: 'embedded', kafka: 'Kafka' } as const
  return {
    tables: [
      {
        title: 'What the machine takes at most',
        columns: ['', 'events/s, median', 'least', 'most'],
        rows: [
          rowOf(
            `batched inserts of ${batch} into a plain table, ${atOnce} connections`,
            raw.inserts,
          ),
          ...(raw.client
            ? [
                rowOf(
                  'Kafka’s client: the hub’s records produced and consumed at the same time',
                  raw.client,
                ),
              ]
            : []),
          ...(raw.tools
            ? [
                [
                  'Kafka’s own tools: produced, acks=all, 1,000 bytes each',
                  whole(raw.tools.producedPerSecond),
                  '',
                  '',
                ],
                ['Kafka’s own tools: consumed', whole(raw.tools.consumedPerSecond), '', ''],
              ]
            : []),
        ],
      },
      {
        title: `${whole(eventsCount)} sales appended in batches of ${batch}, ${atOnce} at once, ${rounds} rounds`,
        columns: [
          'log, workers, effect',
          'appended/s',
          'in effect/s, median',
          'least',
          'most',
          'of raw inserts',
          'PostgreSQL, cores',
        ],
        rows: found.map(({ kind, workersCount, effect, appended, effected, serverRatio }) => [
          `${names[kind]}, ${workersCount}, ${effect}`,
          whole(appended.median),
          ...[effected.median, effected.least, effected.most].map(whole),
          share(effected.median),
          percent(serverRatio),
        ]),
      },
    ],
    goals: goalsOf(raw, found),
    notes: [
      `A sale has three lines and about a kilobyte; a round is a chain of its own with 64 stores in its log’s partitions.`,
      'Appended: until the appending process has all its answers, each batch in a transaction as in the hub’s ingest. In effect: from the first append until the group’s place in PostgreSQL is behind the last event.',
      'Bare is one upsert a delivery; projections are the hub’s own: sales, sums by the hour, sold units.',
      'Appender, workers, PostgreSQL (fsync on) and the broker share the machine; the figures include parsing and checking every event on the way in and out.',
      'On Kafka events are appended to PostgreSQL first, which says which there are; Kafka carries them to the groups (docs/decisions/0011). So its path cannot be faster than the embedded log’s appends.',
    ],
  }
}

function rowOf(name: string, { median: middle, least, most }: Spread): string[] {
  return [name, whole(middle), whole(least), whole(most)]
}

function goalsOf(raw: Raw, found: readonly Found[]): Goal[] {
  const best = (kind: Kind) =>
    Math.max(
      0,
      ...found
        .filter((one) => one.kind === kind && one.effect === 'bare')
        .map(({ effected }) => effected.median),
    )
  return [
    atLeast({
      says: 'Embedded log, append to a bare effect, as a share of raw batched inserts',
      measured: best('embedded') / raw.inserts.median,
      wanted: 0.6,
      show: percent,
      inTheWay:
        'a raw row is one text under a growing number; an event has its identity, its trace and its place in three trees, two of them in random order, in two tables behind row-level security, which is two to three times the server’s work; a batch of many stores holds all partitions of its chain until the commit is on disk, so that batches go one after the other, where raw inserts go four at once; and the same two cores write each event as JSON, read it back, parse and check it',
    }),
    ...(raw.client
      ? [
          atLeast({
            says: 'Kafka, append to a bare effect, as a share of the client’s own produce and consume',
            measured: best('kafka') / raw.client.median,
            wanted: 0.5,
            show: percent,
            inTheWay:
              'every event is written to PostgreSQL, read from there by the relay, produced, fetched and checked, on the same two cores as the broker; the client alone only produces and fetches it',
          }),
        ]
      : []),
  ]
}
