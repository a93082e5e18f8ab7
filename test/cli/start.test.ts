/**
 * `tillway start` as a person runs it: a first start that is killed half-way, the next one that shows
 * events, Ctrl-C, and another that goes on where that one stopped.
 */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePorts } from '../../src/cli/start/ports.ts'
import { until } from '../scenario/fleet.ts'

const bin = fileURLToPath(new URL('../../bin/tillway', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tillway-start-'))
const dataDir = join(folder, 'data')
const [port = 0] = await freePorts(30_000 + Math.floor(Math.random() * 9_000), 1)
const running = new Set<ChildProcess>()
after(async () => {
  for (const child of running) child.kill('SIGKILL')
  await until('its folder is let go of', 30, async () => {
    rmSync(folder, { recursive: true, force: true })
    return true
  })
})

interface Started {
  readonly lines: () => string[]
  says(what: RegExp): Promise<void>
  end(signal: NodeJS.Signals): Promise<number | null>
}

function start(): Started {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(TILLWAY_|DATABASE_URL|NODE_TEST_CONTEXT)/.test(name),
  )
  const child = spawn(
    process.execPath,
    [bin, 'start', '--data-dir', dataDir, '--port', String(port), '--speed', '600'],
    { cwd: tmpdir(), env: Object.fromEntries(own), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  running.add(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk
    })
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    }),
  )
  return {
    lines: () => text.split('\n'),
    async says(what) {
      await until(String(what), 60, async () => what.test(text) || !running.has(child)).catch(
        () => undefined,
      )
      match(text, what)
    },
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

async function ask<Answer>(path: string): Promise<Answer> {
  const token = readFileSync(join(dataDir, 'secrets', 'operator.token'), 'utf8').trim()
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as Answer
}

const countSales = async () =>
  (await ask<{ items: { salesCount: number }[] }>('/v1/sales/totals')).items.reduce(
    (sum, { salesCount }) => sum + salesCount,
    0,
  )

test('a first start that is killed half-way stands in nobody’s way', async () => {
  const first = start()
  await first.says(/PostgreSQL +ready/)
  await first.end('SIGKILL')
  // What it had started ends by itself; the port is free again before long.
  await until('the port is free', 30, async () => (await freePorts(port, 1))[0] === port)
})

test('everything comes up, events show, and Ctrl-C stops all in the order opposite to the start', async () => {
  const second = start()
  await second.says(/All is up in .* Open http/)
  equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
  equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200)
  await until('sales show', 60, async () => (await countSales()) > 0)
  equal(await second.end('SIGINT'), 0)
  const named = (what: RegExp) => second.lines().flatMap((line) => what.exec(line)?.[1] ?? [])
  const started = named(/^(\S.*?) +ready in/)
  const stopped = named(/^stopped (.*)/)
  equal(started.length, 7)
  equal(started[0], 'PostgreSQL')
  deepEqual(new Set(stopped), new Set(started))
  ok(
    stopped.slice(0, 4).every((part) => part.startsWith('agent ')),
    stopped.join(),
  )
  equal(stopped.at(-1), 'PostgreSQL')
})

test('the next start goes on where that one stopped', async () => {
  const third = start()
  await third.says(/All is up/)
  match((await ask<{ outcome: string }>('/v1/ledger/us/verification')).outcome, /intact/)
  ok((await countSales()) > 0)
  equal(await third.end('SIGINT'), 0)
})
