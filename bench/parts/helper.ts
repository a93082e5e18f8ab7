/** A process beside the measured ones: asked by name over IPC, so that its work shares no event loop with theirs. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

type Method = (input: never) => unknown
export type Methods = Readonly<Record<string, Method>>

interface Question {
  readonly id: number
  readonly method: string
  readonly input: unknown
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

/** In the helper: answers until the process that started it is gone. */
export function serve(methods: Methods): void {
  process.on('message', async ({ id, method, input }: Question) => {
    try {
      const result = await methods[method]?.(input as never)
      process.send?.({ id, result } satisfies Answer)
    } catch (error) {
      process.send?.({ id, error: String((error as Error).stack) } satisfies Answer)
    }
  })
  process.once('disconnect', () => process.exit(0))
}

export interface Helper<Of extends Methods> {
  readonly pid: number
  ask<Name extends keyof Of & string>(
    method: Name,
    input: Parameters<Of[Name]>[0],
  ): Promise<Awaited<ReturnType<Of[Name]>>>
  stop(): Promise<void>
}

/** @param file relative to the caller: `new URL('./x.ts', import.meta.url)` */
export function startHelper<Of extends Methods>(file: URL): Helper<Of> {
  const child = fork(fileURLToPath(file), { execArgv: ['--disable-warning=ExperimentalWarning'] })
  const waiting = new Map<number, (answer: Answer) => void>()
  let asked = 0
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer))
  child.once('exit', () => {
    for (const [id, tell] of waiting) tell({ id, error: `${file.pathname} ended` })
  })
  return {
    pid: child.pid ?? 0,
    ask: (method, input) =>
      new Promise((resolve, reject) => {
        asked += 1
        const id = asked
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          error === undefined ? resolve(result as never) : reject(new Error(error))
        })
        child.send({ id, method, input } satisfies Question)
      }),
    stop: () => ended(child),
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await exit
}
