/** A part of the demo as a process of its own: started, awaited, watched, stopped. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../base/fault.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const readyWithinMs = 60_000
const stopWithinMs = 10_000
const restarts = { max: 5, withinMs: 60_000, pauseMs: 500 } as const

export interface PartOptions {
  readonly name: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logFile: string
  /** Called when it ended without being asked and was started again. */
  readonly onRestart: (why: string) => void
  readonly onGivenUp: (why: string) => void
}

export interface Part {
  readonly url: string
  readonly pid: () => number | undefined
  stop(): Promise<void>
}

/** Resolves when the part says that it is ready. @throws Fault internal with the end of its log */
export async function startPart(options: PartOptions): Promise<Part> {
  const starts: number[] = []
  let isStopping = false
  let { child, url } = await launch(options)
  watch()

  function watch(): void {
    child.once('exit', (code, signal) => {
      if (isStopping) return
      void again(`it ended with ${signal ?? `code ${code}`}`)
    })
  }

  async function again(why: string): Promise<void> {
    const nowMs = Date.now()
    starts.push(nowMs)
    if (starts.filter((at) => nowMs - at < restarts.withinMs).length > restarts.max)
      return options.onGivenUp(why)
    await new Promise((resolve) => setTimeout(resolve, restarts.pauseMs))
    if (isStopping) return
    try {
      ;({ child, url } = await launch(options))
      watch()
      options.onRestart(why)
    } catch (error) {
      await again(error instanceof Error ? error.message : String(error))
    }
  }

  return {
    url,
    pid: () => child.pid,
    async stop() {
      isStopping = true
      await end(child)
    },
  }
}

async function launch({ name, args, environment, logFile }: PartOptions) {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { ...ownEnvironment(), ...environment },
    stdio: ['ignore', log, log, 'ipc'],
    // A group of its own: Ctrl-C reaches only `tillway start`, which stops the parts in order.
    detached: true,
  })
  closeSync(log)
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Fault('internal', { part: name, why, log: logFile, says: tail(logFile) }))
    const timer = setTimeout(() => fail('it was not ready in time'), readyWithinMs)
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`it ended with code ${code}`)
    })
    child.on('message', (message: { ready?: boolean; url?: string }) => {
      if (message.ready !== true) return
      clearTimeout(timer)
      resolve(message.url ?? '')
    })
  })
  child.removeAllListeners('exit')
  return { child, url }
}

/** What was meant for one part must not reach another, so nothing of ours is passed on by chance. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('TILLWAY_') && name !== 'DATABASE_URL',
    ),
  )
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
  await ended
  clearTimeout(timer)
}

function tail(path: string): string {
  return readFileSync(path, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(-600)
}
