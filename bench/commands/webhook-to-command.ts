/** How long it takes from a vendor's webhook until the order that follows is placed at the vendor. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TimedResult } from '../load/generator.ts'
import type { LowStock, PlacedOrder } from '../loop/emulated-lightspeed.ts'
import { openLoop, type WholeLoop } from '../loop/whole-loop.ts'
import { type BenchContext, below, type Finding, type Measurement } from '../measurement.ts'
import { monotonicMs } from '../parts/monotonic.ts'
import { quantile } from '../parts/statistics.ts'
import { ms, type Table, whole } from '../parts/table.ts'
import { readOutcomes, readStages, type Stage } from './stages.ts'

const perSecond = 200
const seconds = 25
const warmUpSeconds = 5
/** 10 orders a second. */
const lowEvery = 20
const patienceMs = 20_000

interface Timed {
  readonly low: LowStock
  readonly dueAtMs: number
  readonly answeredMs: number
  readonly order?: PlacedOrder
  readonly stage?: Stage
}

export const webhookToCommand: Measurement = {
  name: 'commands',
  title: 'From a webhook to the command carried out at the vendor',
  async run(context) {
    const loop = await openLoop(context)
    const { vendor, generator, agent } = loop
    const file = join(context.folder, 'stream.bin')
    const count = perSecond * (warmUpSeconds + seconds)
    const lows = await vendor.ask('stream', { file, count, lowEvery })
    await generator.ask('load', file)
    context.say(`commands: ${perSecond} webhooks/s for ${warmUpSeconds + seconds} s`)
    const callsBefore = await vendor.ask('calls', undefined)
    const cores = loop.watch()
    const result = await generator.ask('pace', {
      port: agent.port,
      from: 0,
      count,
      connections: 64,
      perSecond,
      markers: ['"accepted"'],
    })
    const coresTable = cores()
    const orders = await untilPlaced(loop, lows.length)
    const calls = await vendor.ask('calls', undefined)
    const timed = await timesOf(loop, lows, orders, result)
    await loop.settled()
    const outcomes = await readOutcomes(loop.database)
    return findingOf(context, result, timed, outcomes, {
      calls: calls.calls - callsBefore.calls,
      throttled: calls.throttled - callsBefore.throttled,
      ...(coresTable !== undefined && { cores: coresTable }),
    })
  },
}

async function untilPlaced({ vendor }: WholeLoop, count: number): Promise<PlacedOrder[]> {
  const untilMs = Date.now() + patienceMs
  for (;;) {
    const orders = await vendor.ask('placed', undefined)
    if (orders.length >= count || Date.now() > untilMs) return orders
    await sleep(100)
  }
}

/** Of the orders that belong to the measured part of the stream. */
async function timesOf(
  { database }: WholeLoop,
  lows: readonly LowStock[],
  orders: readonly PlacedOrder[],
  result: TimedResult,
): Promise<Timed[]> {
  const byProduct = new Map(orders.map((order) => [order.productId, order]))
  const stages = await readStages(database)
  const byShelf = new Map(stages.map((stage) => [`${stage.storeId}/${stage.sku}`, stage]))
  return lows
    .filter(({ index }) => index >= perSecond * warmUpSeconds)
    .map((low) => {
      const order = byProduct.get(low.productId)
      const stage = byShelf.get(`${low.storeId}/${low.sku}`)
      return {
        low,
        dueAtMs: result.dueAtMs[low.index] ?? Number.NaN,
        answeredMs: result.latenciesMs[low.index] ?? Number.NaN,
        ...(order !== undefined && { order }),
        ...(stage !== undefined && { stage }),
      }
    })
}

function findingOf(
  { say }: BenchContext,
  result: TimedResult,
  found: readonly Timed[],
  outcomes: readonly string[][],
  { calls, throttled, cores }: { calls: number; throttled: number; cores?: Table },
): Finding {
  const wallOffsetMs = Date.now() - monotonicMs()
  // What policy gives to a person has no time; how many there were is told.
  const timed = found.filter(({ stage }) => stage?.isAutomatic !== false)
  const missing = timed.filter(({ order }) => order === undefined).length
  if (missing > 0) say(`commands: ${missing} orders were not placed in time`)
  // An order that never came took for ever, and must show as that.
  const all = timed.map(({ order, dueAtMs }) => (order?.sentAtMs ?? Infinity) - dueAtMs)
  const measured = result.latenciesMs.slice(perSecond * warmUpSeconds)
  const p99 = quantile(all, 0.99)
  return {
    tables: [
      {
        title: `Whole loop at ${perSecond} webhooks/s for ${seconds} s, one in ${lowEvery} leading to an order`,
        columns: ['until', 'p50', 'p95', 'p99', 'most'],
        rows: [
          stageRow('any webhook is durable and answered 200', measured),
          ...stageRows(timed, wallOffsetMs),
          stageRow('the order is sent at the vendor', all),
        ],
      },
      countsOf(result, [timed.length, missing, found.length - timed.length, calls, throttled]),
      {
        title: 'What became of the proposals',
        columns: ['autonomy, state of the command', 'orders'],
        rows: outcomes,
      },
      ...(cores === undefined ? [] : [cores]),
    ],
    goals: [
      below({
        says: `Webhook to command carried out, p99 at ${perSecond} events/s`,
        measured: p99,
        wanted: 250,
        show: ms,
        inTheWay:
          'the machine’s two cores are nearly full; most of it is the hub and PostgreSQL exchanging statements one after the other, with a transaction for every partition of every group that has news',
      }),
    ],
    notes: [
      'Each row counts from the moment the webhook was due at the agent’s door (evenly spaced, sent by an open loop: waiting behind a slow answer counts as waiting).',
      'The stream is what one Lightspeed account per store sends: sales, the stock they move, and one shelf in twenty webhooks that is nearly empty. That one goes the whole way: webhook, agent, hub’s log, reorder_low_stock with its sales history, Cedar (automatic below 250.00), ledger, command, agent, and a purchase order through the API (about eleven calls), which counts as carried out when it is marked as sent.',
      '20 stores with an account each, so that the shipped limit of 10 calls a second per Lightspeed account holds as it is; ten orders a second take about 110 calls a second.',
      'Agent, hub, PostgreSQL (fsync on), the emulated vendor and the load generator share the machine.',
    ],
  }
}

function stageRows(timed: readonly Timed[], wallOffsetMs: number): string[][] {
  const since = (read: (one: Timed) => number | undefined) =>
    timed.flatMap((one) => {
      const atMs = read(one)
      return atMs === undefined ? [] : [atMs - one.dueAtMs]
    })
  const monotonic = (wallMs: number | undefined) =>
    wallMs === undefined ? undefined : wallMs - wallOffsetMs
  return [
    stageRow(
      'its event is in the hub’s log',
      since(({ stage }) => monotonic(stage?.recordedAtMs)),
    ),
    stageRow(
      'the workflow proposed, policy decided: command issued',
      since(({ stage }) => monotonic(stage?.issuedAtMs)),
    ),
    stageRow(
      'the order is begun at the vendor',
      since(({ order }) => order?.begunAtMs),
    ),
  ]
}

function stageRow(name: string, values: readonly number[]): string[] {
  return [name, ...[0.5, 0.95, 0.99, 1].map((ratio) => ms(quantile(values, ratio)))]
}

function countsOf({ statuses, marked }: TimedResult, counts: readonly number[]): Table {
  const other = Object.entries(statuses).filter(([status]) => status !== '200')
  const refused = other.reduce((sum, [, count]) => sum + count, 0)
  return {
    title: 'What was done (warm-up included, orders without it)',
    columns: [
      'webhooks accepted',
      'other answers',
      'automatic orders',
      'never placed',
      'left to a person',
      'API calls',
      '429',
    ],
    rows: [[marked['"accepted"'] ?? 0, refused, ...counts].map(whole)],
  }
}
