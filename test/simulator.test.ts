/** The simulator as a whole: repeatable, exact to the cent, and going on where it stopped. */
import { deepEqual, equal, notDeepEqual, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import test, { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { TillRefund, TillSale } from '../src/simulator/till.ts'
import { createBench, startOn } from './simulator-harness.ts'
import type { Recorded } from './simulator-recorder.ts'

const bench = await createBench()
after(() => bench.remove())

async function sequence(name: string, steps: readonly number[], seed = 'harbour') {
  const seen: Recorded[] = []
  for (const step of steps) {
    const simulator = await startOn(bench, name, { seed }, (recorded) => seen.push(recorded))
    const { steppedCount, failuresCount } = await simulator.control({ step })
    equal(steppedCount, step)
    equal(failuresCount, 0)
    await simulator.close()
  }
  return seen
}

test('the same seed gives the same events, with restarts in between or without', async () => {
  const whole = await sequence('whole', [260])
  deepEqual(await sequence('in parts', [1, 119, 140]), whole)
  notDeepEqual(await sequence('other', [20], 'another seed'), whole.slice(0, 20))
})

test('the tally is what was rung, to the cent, and each sale adds up', async () => {
  const seen: Recorded[] = []
  const simulator = await startOn(bench, 'tally', {}, (recorded) => seen.push(recorded))
  await simulator.control({ step: 300 })
  const { stores, totals } = simulator.tally()
  const { stores: places } = simulator.chain()
  for (const store of stores) {
    const place = places.find((candidate) => candidate.storeId === store.storeId)
    const here = <Kind extends TillSale | TillRefund>(verb: string) =>
      seen
        .filter((recorded) => recorded.verb === verb)
        .map(({ what }) => what as Kind)
        .filter((what) => what.storeExternalId === place?.atVendor.externalId)
    const sales = here<TillSale>('ring')
    const refunds = here<TillRefund>('refund')
    equal(store.salesMinor, sum(sales.map((sale) => sale.totalMinor)))
    equal(store.salesCount, sales.length)
    equal(store.refundsMinor, sum(refunds.map((refund) => refund.totalMinor)))
    for (const sale of sales) addsUp(sale, place?.atVendor.taxesIncluded ?? false)
  }
  equal(sum(totals.map((total) => total.salesCount)), 300)
  ok(stores.filter((store) => store.salesCount > 0).length >= 23, 'all over the chain')
  await simulator.close()
})

function addsUp(sale: TillSale, taxesIncluded: boolean): void {
  const lines = sum(sale.lines.map((line) => line.totalMinor))
  equal(sale.taxMinor, sum(sale.lines.map((line) => line.taxMinor)))
  equal(sale.totalMinor, lines + (taxesIncluded ? 0 : sale.taxMinor) + sale.tipMinor)
  equal(sale.totalMinor, sum(sale.tenders.map((tender) => tender.amountMinor)))
  for (const line of sale.lines)
    equal(line.totalMinor, line.unitPriceMinor * Number(line.quantity) - line.discountMinor)
}

test('killed at any moment, it goes on without losing or repeating a sale', async () => {
  const script = fileURLToPath(new URL('./simulator-child.ts', import.meta.url))
  for (const killedAfter of [40, 25]) {
    const child = spawn(process.execPath, [script, bench.directory, bench.transactionsFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let lines = 0
    for await (const _ of createInterface({ input: child.stdout })) {
      lines += 1
      if (lines === killedAfter) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  const killed = await startOn(bench, 'killed')
  const { salesCount } = killed.state()
  ok(salesCount >= 65, `${salesCount}`)
  await killed.control({ step: 150 - salesCount })
  const straight = await startOn(bench, 'straight')
  await straight.control({ step: 150 })
  equal(killed.state().failuresCount, 0, 'no sale came twice')
  deepEqual(killed.tally(), straight.tally())
  deepEqual(killed.state().simulatedAt, straight.state().simulatedAt)
  await Promise.all([killed.close(), straight.close()])
})

test('its door shows tally and state, takes orders, and names what it does not understand', async () => {
  const simulator = await startOn(bench, 'door')
  const control = (body: unknown) =>
    fetch(`${simulator.url}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const { storeId } = simulator.chain().stores[0] ?? { storeId: '' }
  const lines = [{ sku: '85123A', quantity: 5 }]
  equal((await control({ delivery: { storeId, lines } })).status, 200)
  const stepped = (await (await control({ step: 5, speed: 120 })).json()) as object
  ok('steppedCount' in stepped && stepped.steppedCount === 5)
  const state = (await (await fetch(`${simulator.url}/state`)).json()) as object
  ok('speed' in state && state.speed === 120)
  const tally = (await (await fetch(`${simulator.url}/tally`)).json()) as object
  deepEqual(tally, JSON.parse(JSON.stringify(simulator.tally())))
  const now = (await (await fetch(`${simulator.url}/clover/now`)).json()) as { nowMs: number }
  ok(now.nowMs <= simulator.clock.nowMs())

  const wrong = await control({ speed: 0 })
  equal(wrong.status, 400)
  equal(((await wrong.json()) as { field: string }).field, 'speed')
  const nowhere = await control({ delivery: { storeId: 'str_nowhere_1', lines } })
  equal(((await nowhere.json()) as { code: string }).code, 'store_unknown')

  const port = Number(new URL(simulator.url).port)
  await rejects(startOn(bench, 'second', { port }), { code: 'port_taken' })
  await simulator.close()
  await rejects(startOn(bench, 'door', { seed: 'other' }), { code: 'config_invalid' })
})

test('a fresh start begins with the first employee coming in, three weeks ago', async () => {
  const simulator = await startOn(bench, 'begin')
  const first = simulator.state()
  equal(first.startedOn, '2026-10-30')
  ok(first.simulatedAt.startsWith('2026-10-30T'))
  equal(first.isCaughtUp, false)
  await simulator.control({ paused: false })
  // The clock of this test stands still, so only the jump to the first sale can ring one.
  const { steppedCount } = await simulator.control({ step: 1 })
  equal(steppedCount, 1)
  equal(simulator.state().salesCount, 2)
  await simulator.close()
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
