/**
 * Reads commands from their topic: each partition's place is on disk together with what came before
 * it. The hub is told what arrived, and writes again what it hears nothing of.
 */
import type { BaseOptions } from '@platformatic/kafka'
import type { Command } from '../../actions/command.ts'
import { Fault } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import { fromCommandRecord } from '../../link/command-record.ts'
import { type EnrolResponse, limits } from '../../link/protocol.ts'
import { type Buffer, createFetcher, type Fetcher } from '../../stream/kafka-fetcher.ts'
import { binaryOf, keyOf } from '../../stream/kafka-record.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import type { Identity } from './identity.ts'

export interface CommandReaderOptions {
  readonly client: BaseOptions
  readonly topicOf: (regionId: string) => string
  readonly identity: Identity
  readonly storage: Storage
  readonly storeIds: ReadonlySet<string>
  readonly clock: Clock
  readonly log: Logger
  readonly onCommands: (commands: readonly Command[]) => void
  readonly sayReceived: (commandIds: readonly string[]) => Promise<void>
}

/** A record; without a command when it is for the stores of others. */
interface Entry {
  readonly offset: number
  readonly command?: Command
}

/** The topic may get partitions. */
const countEveryMs = 30_000
const lookEveryMs = 1_000
const backoffMsMax = 5_000

export function startCommandReader(options: CommandReaderOptions): Loop {
  const { storage, clock, log, onCommands, sayReceived, identity } = options
  const { inbox, writer, meta } = storage
  const buffers = new Map<number, Buffer<Entry>>()
  let fetcher: Fetcher<Entry> | undefined
  let topic = ''
  let countedAtMs = Number.NEGATIVE_INFINITY
  const placeName = (partition: number): string => `place ${topic} ${partition}`

  /** Begins with each partition where it was left; the first time, with what comes from now on. */
  async function follow(): Promise<void> {
    if (performance.now() - countedAtMs < countEveryMs) return
    const enrolled = await identity.enrolled()
    topic = options.topicOf(enrolled.regionId)
    fetcher ??= createFetcher<Entry>({
      client: options.client,
      topic,
      decode: (_, offset, record) => ({ offset, ...commandIn(options, enrolled, record) }),
      onEntries: () => loop.wake(),
    })
    const ends = await fetcher.latest()
    if (ends.length === 0) throw new Fault('stream_unreachable', { field: topic })
    const isNew = meta.get(`place ${topic}`) === undefined
    if (isNew)
      await writer.commit(() => {
        meta.set(`place ${topic}`, 'followed')
        ends.forEach((end, partition) => void meta.set(placeName(partition), String(end)))
      })
    for (const partition of ends.keys()) {
      if (buffers.has(partition)) continue
      const place = meta.get(placeName(partition))
      buffers.set(
        partition,
        fetcher.begin(partition, place === undefined ? undefined : Number(place)),
      )
    }
    countedAtMs = performance.now()
  }

  async function takeFrom(partition: number, buffer: Buffer<Entry>): Promise<void> {
    const entries = buffer.entries.slice(0, limits.commandsPerPollMax)
    const last = entries.at(-1)
    if (last === undefined) return
    const commands = entries.flatMap(({ command }) => command ?? [])
    const nowMs = clock.nowMs()
    const fresh = await writer.commit(() => {
      meta.set(placeName(partition), String(last.offset + 1))
      return commands.filter((command) => inbox.receive(command, nowMs))
    })
    buffer.drop(entries.length)
    if (fresh.length > 0) onCommands(fresh)
  }

  async function step(): Promise<number> {
    await follow()
    for (const [partition, buffer] of buffers) await takeFrom(partition, buffer)
    const received = inbox.unacknowledged(limits.commandsPerPollMax)
    if (received.length > 0) {
      await sayReceived(received)
      await writer.commit(() => inbox.acknowledged(received))
    }
    const isMore = [...buffers.values()].some(({ entries }) => entries.length > 0)
    return isMore ? 0 : lookEveryMs
  }

  const loop = startLoop({ name: 'reading commands', log, backoffMsMax, step })
  return {
    wake: loop.wake,
    async close() {
      await loop.close()
      await fetcher?.close()
    },
  }
}

/** What a hub wrote for one of our stores. Only hubs may write there: the brokers see to that. */
function commandIn(
  { storeIds, log }: CommandReaderOptions,
  { chainId, regionId }: EnrolResponse,
  record: Parameters<typeof binaryOf>[0],
): { command?: Command } {
  const storeId = record.key?.toString().slice(chainId.length + 1) ?? ''
  if (!storeIds.has(storeId) || record.key?.toString() !== keyOf({ chainId, storeId })) return {}
  try {
    const command = fromCommandRecord(binaryOf(record))
    const isOurs =
      command.storeId === storeId && command.chainId === chainId && command.regionId === regionId
    if (!isOurs) throw new Fault('request_malformed', { field: 'storeId', expected: storeId })
    return { command }
  } catch (error) {
    log.error({ err: error, storeId }, 'a record among the commands is not one; it is passed over')
    return {}
  }
}
