/** The monitor's door: counts that are true, in the format that Prometheus reads, and nothing else. */
import { equal, match, ok } from 'node:assert/strict'
import test from 'node:test'
import { freePorts } from '../../src/cli/start/ports.ts'
import { enrolAgent, eventually, sale, startTestHub } from './harness.ts'

const [metricsPort = 0] = await freePorts(41_000 + Math.floor(Math.random() * 9_000), 1)
const hub = await startTestHub({ metricsPort })
const agent = await enrolAgent(hub, 'agt_us')
const door = `http://127.0.0.1:${metricsPort}`

async function scrape(): Promise<Map<string, number>> {
  const response = await fetch(`${door}/metrics`)
  equal(response.status, 200)
  match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  const text = await response.text()
  const samples = new Map<string, number>()
  const told = new Set<string>()
  for (const line of text.trimEnd().split('\n')) {
    const about = /^# (?:HELP (\w+) \S.*|TYPE (\w+) (?:counter|gauge))$/.exec(line)
    if (about) {
      told.add(about[1] ?? about[2] ?? '')
      continue
    }
    const sample = /^((\w+)\{(?:\w+="[^"\\\n]*",?)+\}) (\d+)$/.exec(line)
    ok(sample, `not of the format: ${line}`)
    ok(told.has(sample[2] ?? ''), `no HELP before ${line}`)
    samples.set(sample[1] ?? '', Number(sample[3]))
  }
  return samples
}

test('it counts events, lag, dead letters and agents by region', async () => {
  await agent.send([
    agent.event('sale.completed', 'str_boston', sale('sal_m.1', 100)),
    agent.event('sale.completed', 'str_boston', sale('sal_m.2', 100)),
    agent.event('sale.completed', 'str_boston', sale('not an id', 1)),
  ])
  const samples = await eventually(async () => {
    const found = await scrape()
    const isRead = found.get('tillway_consumer_lag_events{region="us",group="projections"}') === 0
    return isRead && found.get('tillway_events_appended_total{region="us"}') === 2 && found
  })
  equal(samples.get('tillway_events_appended_total{region="eu"}'), 0)
  equal(samples.get('tillway_dead_letters{region="us",source="ingest"}'), 1)
  equal(samples.get('tillway_dead_letters{region="eu",source="ingest"}'), 0)
  equal(samples.get('tillway_agents{region="us",state="silent"}'), 1)
  for (const group of ['projections', 'workflows', 'reports'])
    ok(samples.has(`tillway_consumer_lag_events{region="eu",group="${group}"}`))
})

test('it answers nothing else, and the hub’s own port has no metrics', async () => {
  for (const path of ['/', '/v1/stores', '/healthz'])
    equal((await fetch(door + path)).status, 404, path)
  equal((await fetch(`${door}/metrics`, { method: 'POST' })).status, 404)
  equal((await fetch(`${hub.hub.url}/metrics`)).status, 404)
})
