/** The one way to spread work over threads: a pure function of a module, applied to items in order. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Fault, type FaultCode, faults } from '../../base/fault.ts'
import { buffersIn } from './buffers.ts'

export interface ThreadOptions {
  /** Left out: one less than there are cores, so that the caller's own thread keeps answering. */
  readonly threads?: number
  readonly signal?: AbortSignal
  /** Copied once to each thread and given as second argument; `SharedArrayBuffer`s are not copied. */
  readonly shared?: unknown
  /** Moves the items' arrays instead of copying them: the caller's are empty afterwards. */
  readonly isMoved?: boolean
}

interface Task {
  readonly index: number
  readonly item: unknown
}

/** What a thread says of one task. */
export type Answer =
  | { readonly index: number; readonly result: unknown }
  | { readonly index: number; readonly code: string; readonly detail: Record<string, unknown> }

/** One at work and one waiting, so that a thread never stands still for the next. */
const tasksAThread = 2
const threadsMax = 64

export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1)
}

/**
 * `module[name](item, shared)` of every item, results in the items' order. Items are taken from the
 * iterable only as threads have room for them. Arrays in results are moved, not copied: a function
 * must not keep what it gave.
 * @throws Fault cancelled by the signal | what the function throws | thread_failed for what is none
 */
export async function mapInThreads<Item, Result>(
  module: URL,
  name: string,
  items: Iterable<Item> | AsyncIterable<Item>,
  options: ThreadOptions = {},
): Promise<Result[]> {
  const { threads = defaultThreads(), signal, shared, isMoved = false } = options
  if (!Number.isInteger(threads) || threads < 1 || threads > threadsMax)
    throw new Fault('model_input_malformed', { field: 'threads', expected: `1 to ${threadsMax}` })
  if (signal?.aborted === true) throw new Fault('cancelled')
  const results: Result[] = []
  const workers: Worker[] = []
  const source = sourceOf(items)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = () => reject(new Fault('cancelled'))
  signal?.addEventListener('abort', cancel, { once: true })
  let working = 0
  const feed = async (worker: Worker): Promise<void> => {
    working += 1
    const task = await source.pull()
    working -= 1
    if (task !== undefined) {
      working += 1
      worker.postMessage(task, isMoved ? buffersIn(task.item) : [])
    } else if (working === 0) resolve()
  }
  const start = () => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: { module: module.href, name, shared },
    })
    workers.push(worker)
    worker.on('message', (answer: Answer) => {
      working -= 1
      if ('code' in answer) return reject(faultOf(answer))
      results[answer.index] = answer.result as Result
      feed(worker).catch(reject)
    })
    worker.once('error', (cause) => reject(new Fault('thread_failed', { reason: String(cause) })))
    worker.once('exit', (code) => reject(new Fault('thread_failed', { exitCode: code })))
    for (let place = 0; place < tasksAThread; place += 1) feed(worker).catch(reject)
  }
  try {
    for (let thread = 0; thread < threads; thread += 1) start()
    await promise
    return results
  } finally {
    signal?.removeEventListener('abort', cancel)
    source.close()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** One item at a time however many ask, numbered in their order. */
function sourceOf<Item>(items: Iterable<Item> | AsyncIterable<Item>) {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let count = 0
  let last: Promise<Task | undefined> = Promise.resolve(undefined)
  const next = async (): Promise<Task | undefined> => {
    const { done, value } = await iterator.next()
    if (done === true) return undefined
    count += 1
    return { index: count - 1, item: value }
  }
  return {
    pull: () => {
      last = last.then(next)
      return last
    },
    /** Files and the like behind it are let go; not waited for, since it may be what hangs. */
    close: () => void Promise.resolve(iterator.return?.()).catch(() => {}),
  }
}

function faultOf({ index, code, detail }: { index: number; code: string; detail: object }): Fault {
  const known = Object.hasOwn(faults, code) ? (code as FaultCode) : 'thread_failed'
  return new Fault(known, { ...detail, item: index })
}
