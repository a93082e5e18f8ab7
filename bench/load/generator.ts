/** The load generator, a process of its own. Closed loop: as fast as answers come. Open loop: by the clock. */
import { serve } from '../parts/helper.ts'
import { monotonicMs } from '../parts/monotonic.ts'
import { type Caller, openCaller } from './caller.ts'
import { readRequests } from './requests.ts'

export interface LoadInput {
  readonly port: number
  readonly from: number
  readonly count: number
  readonly connections: number
  /** Texts to look for in each answer, to count what it says. */
  readonly markers: readonly string[]
}

export interface LoadResult {
  readonly seconds: number
  /** By status, 0 for a connection that broke. */
  readonly statuses: Readonly<Record<string, number>>
  readonly marked: Readonly<Record<string, number>>
}

export interface TimedResult extends LoadResult {
  /** When each was due, on the machine's monotonic clock, in the order of the requests. */
  readonly dueAtMs: readonly number[]
  /** From when it was due, not from when it was sent: a late sender hides nothing. */
  readonly latenciesMs: readonly number[]
}

let requests: readonly Buffer[] = []

function createTally(markers: readonly string[]) {
  const statuses: Record<string, number> = {}
  const wanted = markers.map((marker) => Buffer.from(marker))
  const counts = markers.map(() => 0)
  return {
    statuses,
    add(status: number, answer: Buffer): void {
      statuses[status] = (statuses[status] ?? 0) + 1
      const found = wanted.findIndex((marker) => answer.includes(marker))
      if (found !== -1) counts[found] = (counts[found] ?? 0) + 1
    },
    marked: () => Object.fromEntries(markers.map((marker, index) => [marker, counts[index] ?? 0])),
  }
}

const openAll = (port: number, count: number) =>
  Promise.all(Array.from({ length: count }, () => openCaller(port)))

async function fire({ port, from, count, connections, markers }: LoadInput): Promise<LoadResult> {
  const tally = createTally(markers)
  const callers = await openAll(port, connections)
  const end = from + count
  let next = from
  let answered = 0
  const beganAt = monotonicMs()
  await new Promise<void>((resolve) => {
    function more(caller: Caller): void {
      const request = next < end ? requests[next] : undefined
      if (request === undefined) return
      next += 1
      caller.ask(request, (status, answer) => {
        tally.add(status, answer)
        answered += 1
        if (answered === count) resolve()
        else more(caller)
      })
    }
    for (const caller of callers) more(caller)
  })
  const seconds = (monotonicMs() - beganAt) / 1000
  for (const caller of callers) caller.close()
  return { seconds, statuses: tally.statuses, marked: tally.marked() }
}

async function pace(input: LoadInput & { readonly perSecond: number }): Promise<TimedResult> {
  const { port, from, count, connections, markers, perSecond } = input
  const tally = createTally(markers)
  const all = await openAll(port, connections)
  const idle = [...all]
  const dueAtMs: number[] = []
  const latenciesMs: number[] = Array.from({ length: count }, () => Number.NaN)
  const late: number[] = []
  const beginsAtMs = monotonicMs() + 50
  const finished = Promise.withResolvers<void>()
  let answered = 0

  function send(index: number, caller: Caller): void {
    caller.ask(requests[from + index] ?? Buffer.alloc(0), (status, answer) => {
      latenciesMs[index] = monotonicMs() - (dueAtMs[index] ?? 0)
      tally.add(status, answer)
      answered += 1
      // Whatever waits for a free connection has waited since it was due.
      const waiting = late.shift()
      if (waiting === undefined) idle.push(caller)
      else send(waiting, caller)
      if (answered === count) finished.resolve()
    })
  }

  for (let index = 0; index < count; index += 1) {
    const dueMs = beginsAtMs + (index * 1000) / perSecond
    await until(dueMs)
    dueAtMs.push(dueMs)
    const caller = idle.pop()
    if (caller === undefined) late.push(index)
    else send(index, caller)
  }
  await finished.promise
  for (const caller of all) caller.close()
  const seconds = (monotonicMs() - beginsAtMs) / 1000
  return { seconds, statuses: tally.statuses, marked: tally.marked(), dueAtMs, latenciesMs }
}

const sleeping = new Int32Array(new SharedArrayBuffer(4))

/**
 * Timers come up to a millisecond late, so the last bit is slept through exactly. An answer that
 * comes in that bit is read when it is over: it counts as slower than it was, never as faster.
 */
async function until(atMs: number): Promise<void> {
  const restMs = atMs - monotonicMs()
  if (restMs > 1) await new Promise((resolve) => setTimeout(resolve, restMs - 1))
  const lastMs = atMs - monotonicMs()
  if (lastMs > 0) Atomics.wait(sleeping, 0, 0, lastMs)
}

const methods = {
  load(file: string): number {
    requests = readRequests(file)
    return requests.length
  },
  fire,
  pace,
}
export type Generator = typeof methods

serve(methods)
