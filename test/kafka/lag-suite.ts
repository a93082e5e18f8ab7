/** What a monitor is told of records that wait. While there is no Kafka to ask: totals.kafka.ts. */
import { equal } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../scenario/fleet.ts'
import type { HubOnKafka } from './hub-on-kafka.ts'
import { scrape } from './scrape.ts'

export function checkLag(world: HubOnKafka, agentId: string): void {
  const lagIn = async (region: string) =>
    (await scrape(world.metricsUrl)).get(`tillway_agents_lag_records{region="${region}"}`)
  const lagIs = (count: number) =>
    until(`a lag of ${count}`, 60, async () => (await lagIn('us')) === count)

  test('records that wait are counted, and none once they are taken in', async () => {
    await lagIs(0)
    const agent = await world.enrol(agentId)
    const [first, second, third] = [1, 2, 3].map((at) => agent.saleIn(`sal_lag.${at}`)) as [
      never,
      never,
      never,
    ]
    // What was before them is missing.
    await agent.write([second])
    await agent.write([third])
    await lagIs(2)
    equal((await agent.hand.send([first])).status, 200)
    await lagIs(0)
    equal(await lagIn('eu'), 0)
  })
}
