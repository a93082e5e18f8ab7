/**
 * Fetches the partitions that a consumer holds, each from the place it was told, into buffers of
 * bounded size: what is not taken out is not fetched further. Committed offsets play no part.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type BaseOptions, Consumer, type fetchV17, type KafkaRecord } from '@platformatic/kafka'

type FetchResponsePartition = fetchV17.FetchResponsePartition

/** What was fetched of a partition and not yet taken out, oldest first. */
export interface Buffer<Entry> {
  readonly entries: Entry[]
  /** Forgets the first ones. */
  drop(count: number): void
}

export interface FetcherOptions<Entry> {
  readonly client: BaseOptions
  readonly topic: string
  /** Undefined: not wanted. */
  decode(partition: number, offset: number, record: KafkaRecord): Entry | undefined
  /** Something came for the partition. */
  onEntries(partition: number): void
}

export interface Fetcher<Entry> {
  /** `offset` undefined: from the oldest that there is. */
  begin(partition: number, offset: number | undefined): Buffer<Entry>
  end(partition: number, buffer: Buffer<Entry>): void
  /** Where the next record of each partition will be. */
  latest(): Promise<number[]>
  /** Where the oldest that there is would be. */
  oldest(): Promise<number[]>
  close(): Promise<void>
}

const waitMsMax = 250
const fetchBytesMax = 1_000_000
const entriesMax = 2_000
const backoffMs = { first: 100, most: 2_000 } as const
const earliest = -2n

interface Place<Entry> extends Buffer<Entry> {
  readonly partition: number
  /** Undefined: to be asked for. */
  offset: bigint | undefined
  /** Of `entries`, as they came. */
  bytes: number
}

export function createFetcher<Entry>(options: FetcherOptions<Entry>): Fetcher<Entry> {
  const { client, topic } = options
  // It never joins a group: the client wants a name all the same.
  const consumer = new Consumer({ ...client, groupId: `${topic}.reading`, autocommit: false })
  consumer.topics.track(topic)
  const places = new Map<number, Place<Entry>>()
  const reading = new Map<number, Promise<void>>()
  const closing = new AbortController()
  let failures = 0

  const isWanted = (place: Place<Entry>): boolean =>
    place.entries.length < entriesMax && place.bytes < fetchBytesMax

  async function begin(): Promise<void> {
    const { topics } = await consumer.metadata({ topics: [topic] })
    const leaders = topics.get(topic)?.partitions.map(({ leader }) => leader) ?? []
    const unread = [...places.values()].filter(isWanted).map(({ partition }) => leaders[partition])
    for (const node of new Set(unread)) if (node !== undefined && node >= 0) read(node)
    // No leader at the moment, or none known yet.
    if (unread.some((node) => node === undefined || node < 0)) again()
  }

  /** One loop per broker, for as long as there is something to fetch from it. */
  function read(node: number): void {
    if (reading.has(node) || closing.signal.aborted) return
    const loop = readAll(node).finally(() => reading.delete(node))
    reading.set(node, loop)
  }

  async function readAll(node: number): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        if (!(await readOnce(node))) return
        failures = 0
      } catch {
        consumer.clearMetadata()
        again()
        return
      }
    }
  }

  let isAgain = false
  /** Looks anew at who leads what, after a pause that grows. */
  function again(): void {
    if (isAgain) return
    isAgain = true
    failures += 1
    const waitMs = Math.min(backoffMs.first * 2 ** Math.min(failures, 8), backoffMs.most)
    void sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal: closing.signal })
      .then(() => {
        isAgain = false
        consumer.clearMetadata()
        return begin()
      })
      .catch(() => {
        isAgain = false
        if (!closing.signal.aborted) again()
      })
  }

  async function readOnce(node: number): Promise<boolean> {
    const { topics } = await consumer.metadata({ topics: [topic] })
    const known = topics.get(topic)
    if (known === undefined) throw new Error('The topic is not known.')
    const mine = [...places.values()].filter(
      (place) => isWanted(place) && known.partitions[place.partition]?.leader === node,
    )
    if (mine.length === 0) return false
    await findOffsets(mine.filter(({ offset }) => offset === undefined))
    const partitions = mine.map(({ partition, offset }) => ({
      partition,
      fetchOffset: offset ?? 0n,
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
      partitionMaxBytes: fetchBytesMax,
    }))
    const responses = await fetchPartitions(node, known.id, partitions)
    for (const response of responses)
      take(
        response,
        mine.find(({ partition }) => partition === response.partitionIndex),
      )
    return true
  }

  async function fetchPartitions(
    node: number,
    topicId: string,
    partitions: Parameters<typeof consumer.fetch>[0]['topics'][number]['partitions'],
  ): Promise<FetchResponsePartition[]> {
    try {
      const { responses } = await consumer.fetch({
        node,
        topics: [{ topicId, partitions }],
        minBytes: 1,
        maxBytes: fetchBytesMax * 4,
        maxWaitTime: waitMsMax,
      })
      return responses.flatMap((response) => response.partitions)
    } catch (error) {
      const unreachable = outOfRange(error)
      if (unreachable.length === 0) throw error
      // The place is gone (retention) or never was (the topic was made anew): from the oldest.
      for (const partition of unreachable) {
        const place = places.get(partition)
        if (place) place.offset = undefined
      }
      return []
    }
  }

  async function findOffsets(missing: readonly Place<Entry>[]): Promise<void> {
    if (missing.length === 0) return
    const offsets = await consumer.listOffsets({ topics: [topic], timestamp: earliest })
    for (const place of missing) place.offset = offsets.get(topic)?.[place.partition]
  }

  function take(
    { partitionIndex, records }: FetchResponsePartition,
    place: Place<Entry> | undefined,
  ): void {
    // It may have been given up meanwhile, and taken up again at another place.
    if (place === undefined || places.get(partitionIndex) !== place) return
    const countBefore = place.entries.length
    for (const batch of records ?? []) {
      for (const record of batch.records) {
        const offset = batch.firstOffset + BigInt(record.offsetDelta)
        // A batch comes whole, also when its middle was asked for.
        if (place.offset === undefined || offset < place.offset) continue
        place.offset = offset + 1n
        const entry = options.decode(partitionIndex, Number(offset), record)
        if (entry === undefined) continue
        place.entries.push(entry)
        place.bytes += record.length
      }
      const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
      if (place.offset !== undefined && end > place.offset) place.offset = end
    }
    if (place.entries.length > countBefore) options.onEntries(partitionIndex)
  }

  return {
    begin(partition, offset) {
      const place: Place<Entry> = {
        partition,
        offset: offset === undefined ? undefined : BigInt(offset),
        entries: [],
        bytes: 0,
        drop(count) {
          if (count === 0) return
          const wasWanted = isWanted(place)
          place.bytes -= (place.bytes / place.entries.length) * count
          place.entries.splice(0, count)
          if (!wasWanted && isWanted(place)) begin().catch(again)
        },
      }
      places.set(partition, place)
      begin().catch(again)
      return place
    },
    end(partition, buffer) {
      if (places.get(partition) === buffer) places.delete(partition)
    },
    async latest() {
      const offsets = await consumer.listOffsets({ topics: [topic] })
      return (offsets.get(topic) ?? []).map(Number)
    },
    async oldest() {
      const offsets = await consumer.listOffsets({ topics: [topic], timestamp: earliest })
      return (offsets.get(topic) ?? []).map(Number)
    },
    async close() {
      closing.abort()
      places.clear()
      await consumer.close(true).catch(() => {})
      await Promise.all(reading.values())
    },
  }
}

interface FetchError {
  readonly response?: { responses: { partitions: FetchResponsePartition[] }[] }
  readonly errors?: FetchError[]
}

const offsetOutOfRange = 1

/** The partitions whose asked offset the broker does not have. */
function outOfRange(error: unknown): number[] {
  const { response, errors = [] } = error as FetchError
  const own = response?.responses.flatMap(({ partitions }) => partitions) ?? []
  return [
    ...own
      .filter(({ errorCode }) => errorCode === offsetOutOfRange)
      .map(({ partitionIndex }) => partitionIndex),
    ...errors.flatMap(outOfRange),
  ]
}
