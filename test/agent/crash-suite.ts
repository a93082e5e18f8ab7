/** Killed at once, in the middle of everything: what was answered 200 is there, once, and nothing raw lies on disk. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { startAgent } from '../../src/agent/agent.ts'
import { Fault } from '../../src/base/fault.ts'
import { silentLog } from '../../src/base/log.ts'
import { startCornerApi } from './corner.ts'
import { byHttps, configFor, findCorner, saleOf, sendWebhook, until } from './harness.ts'
import { startHub } from './hub.ts'

const child = new URL('./child.ts', import.meta.url).pathname
const sendersCount = 16
const enough = 250

function startChild(config: unknown): Promise<{ process: ChildProcess; url: string }> {
  const started = spawn(process.execPath, [child, JSON.stringify(config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    started.stdout?.once('data', (line) => resolve({ process: started, url: String(line).trim() }))
    started.once('exit', (code) => reject(new Error(`the agent ended with ${code}`)))
  })
}

function emailOf(id: string): string {
  return `${id}.secret-person@example.com`
}

export function checkCrash(setUpLink = byHttps): void {
  test('kill -9 in a storm of webhooks loses nothing that was answered 200', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tillway-crash-'))
    writeFileSync(join(dataDir, 'token.key'), Buffer.alloc(32, 5).toString('hex'))
    const [hub, api] = await Promise.all([startHub(), startCornerApi()])
    const link = await setUpLink(hub)
    const config = { ...configFor(dataDir, hub.url, api.url), ...link.settings }
    const { process: agentProcess, url } = await startChild(config)
    const gone = new Promise((resolve) => agentProcess.once('exit', resolve))

    const accepted = new Set<string>()
    let sent = 0
    async function sender(): Promise<void> {
      for (;;) {
        sent += 1
        const id = `storm-${sent}`
        const sale = saleOf(id, { email: emailOf(id) })
        try {
          const { body } = await sendWebhook(url, { event: 'sale', sale })
          if (body.outcome === 'accepted') accepted.add(id)
        } catch {
          return
        }
        if (accepted.size === 50)
          await sendWebhook(url, '{"event":"sale","email":"dead@example.com"}')
        if (accepted.size >= enough) agentProcess.kill('SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: sendersCount }, sender))
    await gone
    ok(accepted.size >= enough)
    assertNothingRaw(dataDir)

    const agent = await startAgent(config, { findConnector: findCorner, log: silentLog })
    const twice = startAgent(config, { findConnector: findCorner, log: silentLog })
    equal(await twice.catch((error) => Fault.from(error).code), 'data_dir_busy')
    await until(() => agent.state().outboxCount === 0)
    const numbers = hub.events.flatMap((event) =>
      event.type === 'sale.completed' ? [event.data.number] : [],
    )
    equal(new Set(numbers).size, numbers.length)
    deepEqual(
      [...accepted].filter((id) => !numbers.includes(id)),
      [],
    )
    equal(agent.state().deadLettersCount, 1)
    // What the vendor never heard an answer to, it sends again.
    const [one = ''] = accepted
    const again = saleOf(one, { email: emailOf(one) })
    equal((await sendWebhook(agent.url, { event: 'sale', sale: again })).body.outcome, 'duplicate')

    await agent.close()
    assertNothingRaw(dataDir)
    await Promise.all([hub.close(), api.close(), link.close()])
    rmSync(dataDir, { recursive: true })
  })
}

/** Reads every byte of every file: database, write-ahead log, keys. */
function assertNothingRaw(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const bytes = readFileSync(join(dataDir, name))
    for (const raw of ['secret-person', 'example.com', 'dead@'])
      equal(bytes.indexOf(raw), -1, `${name} holds ${raw}`)
  }
}
