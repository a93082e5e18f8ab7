/** A hub as a process of its own, told by its environment as in production: to be stopped and killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const readyWithinMs = 120_000

export interface HubProcess {
  readonly name: string
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Stands still, as on a machine that froze; `resume` lets it go on. */
  freeze(): void
  resume(): void
  /** What it wrote to its log so far, the end of it. */
  log(): string
  /** As a crash would: no word to anybody. */
  kill(): Promise<void>
  /** As an orchestrator would. @returns its exit code */
  stop(): Promise<number | null>
}

export async function startHubProcess(
  name: string,
  port: number,
  environment: Readonly<Record<string, string>>,
): Promise<HubProcess> {
  const own = Object.entries(process.env).filter(
    ([key]) => !/^(TILLWAY_|DATABASE_URL|NODE_TEST_CONTEXT)/.test(key),
  )
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'hub'], {
    env: { ...Object.fromEntries(own), ...environment, TILLWAY_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let says = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    says = (says + chunk.toString()).slice(-20_000)
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await ready(child, () => `${name}: ${says}`)
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    log: () => says,
    async kill() {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

function ready(child: ChildProcess, says: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('was not ready in time'), readyWithinMs)
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`${why}: ${says()}`))
    }
    const onExit = (code: number | null) => fail(`ended with ${code}`)
    child.once('exit', onExit)
    child.once('message', () => {
      clearTimeout(timer)
      child.off('exit', onExit)
      resolve()
    })
  })
}
