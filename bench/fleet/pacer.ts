/** Sends each agent of a fleet its webhooks by the clock, in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Caller, openCaller } from '../load/caller.ts'
import { readRequests } from '../load/requests.ts'
import { serve } from '../parts/helper.ts'
import { monotonicMs } from '../parts/monotonic.ts'

interface PaceInput {
  readonly file: string
  readonly ports: readonly number[]
  /** Over all agents. */
  readonly perSecond: number
  readonly seconds: number
}

export interface PaceResult {
  readonly sent: number
  readonly notOk: number
  /** From when each was due until it was answered. */
  readonly latenciesMs: readonly number[]
}

const connectionsPerAgent = 4

async function pace({ file, ports, perSecond, seconds }: PaceInput): Promise<PaceResult> {
  const lines = ports.map((_, index) => readRequests(`${file}.${index}`))
  const idle = await Promise.all(
    ports.map((port) =>
      Promise.all(Array.from({ length: connectionsPerAgent }, () => openCaller(port))),
    ),
  )
  const all = idle.flat()
  const late: { agent: number; request: Buffer; dueMs: number }[][] = ports.map(() => [])
  const latenciesMs: number[] = []
  const wanted = Math.round(perSecond * seconds)
  const done = Promise.withResolvers<void>()
  let notOk = 0

  function send(agent: number, request: Buffer, dueMs: number, caller: Caller): void {
    caller.ask(request, (status) => {
      latenciesMs.push(monotonicMs() - dueMs)
      if (status !== 200) notOk += 1
      const next = late[agent]?.shift()
      if (next) send(agent, next.request, next.dueMs, caller)
      else idle[agent]?.push(caller)
      if (latenciesMs.length === wanted) done.resolve()
    })
  }

  const beginsAtMs = monotonicMs()
  for (let index = 0; index < wanted; index += 1) {
    const dueMs = beginsAtMs + (index * 1000) / perSecond
    const waitMs = dueMs - monotonicMs()
    if (waitMs > 1) await sleep(waitMs)
    const agent = index % ports.length
    const request = lines[agent]?.[Math.floor(index / ports.length)]
    if (request === undefined) throw new Error('fewer webhooks were made than are to be sent')
    const caller = idle[agent]?.pop()
    if (caller) send(agent, request, dueMs, caller)
    else late[agent]?.push({ agent, request, dueMs })
  }
  await done.promise
  for (const caller of all) caller.close()
  return { sent: wanted, notOk, latenciesMs }
}

const methods = { pace }
export type Pacer = typeof methods

serve(methods)
