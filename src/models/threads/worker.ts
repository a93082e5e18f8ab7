/** In a thread: loads the module once, then answers one task after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { Fault } from '../../base/fault.ts'
import { buffersIn } from './buffers.ts'
import type { Answer } from './map-in-threads.ts'

interface Given {
  readonly module: string
  readonly name: string
  readonly shared: unknown
}

const { module, name, shared } = workerData as Given
const loaded = import(module) as Promise<Record<string, unknown>>

parentPort?.on('message', async ({ index, item }: { index: number; item: unknown }) => {
  const answer = await answerTo(index, item)
  parentPort?.postMessage(answer, 'result' in answer ? buffersIn(answer.result) : [])
})

async function answerTo(index: number, item: unknown): Promise<Answer> {
  try {
    const work = (await loaded)[name]
    if (typeof work !== 'function') throw new Error(`${module} exports no function ${name}`)
    return { index, result: await work(item, shared) }
  } catch (thrown) {
    if (thrown instanceof Fault) return { index, code: thrown.code, detail: thrown.detail }
    return { index, code: 'thread_failed', detail: { reason: String(thrown) } }
  }
}
