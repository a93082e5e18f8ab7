/** How each scenario of several hubs ends: to the cent, nothing twice, and with ledgers that verify. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { until } from '../scenario/fleet.ts'
import { regions, type UnderLoad } from './under-load.ts'

interface Totals {
  storeId: string
  salesMinor: number
  refundsMinor: number
  salesCount: number
  refundsCount: number
}
const told = ({ storeId, salesMinor, refundsMinor, salesCount, refundsCount }: Totals): string =>
  [storeId, salesMinor, refundsMinor, salesCount, refundsCount].join(' ')

/** Waits until the hubs' sums are what the tills rang, and agents hold nothing back. */
export async function settled(load: UnderLoad, seconds = 120): Promise<void> {
  const { stores, hubs } = load
  const rung = () =>
    stores.simulator
      .tally()
      .stores.filter(({ salesCount, refundsCount }) => salesCount + refundsCount > 0)
      .map(told)
      .sort()
  const projected = async () =>
    (await hubs.ask<{ items: Totals[] }>(hubs.balancer.url, '/v1/sales/totals')).items
      .map(told)
      .sort()
  await stores.simulator.idle()
  await until('the sums are equal', seconds, async () => {
    stores.sweep()
    return JSON.stringify(await projected()) === JSON.stringify(rung())
  }).catch(async () => {
    const hasRung = new Set(rung())
    const differing = (await projected()).filter((line) => !hasRung.has(line))
    ok(differing.length === 0, [...differing, await whereItStands(load)].join('\n'))
  })
  await until('agents hold nothing back', 60, async () => (await stores.waitingCount()) === 0)
}

/** For whoever reads of a failure: who holds what back, and what the hubs said last. */
async function whereItStands({ stores, pair, rows }: UnderLoad): Promise<string> {
  const lags = await rows(
    `select chain_id, group_name, owner, count(*), sum(h.position - l.position) as lag,
        max(expires_at - clock_timestamp())::text as "expiresIn"
      from event_lease l join event_head h using (chain_id, partition)
      group by chain_id, group_name, owner order by group_name, owner`,
  )
  return [
    ...(lags as object[]).map((row) => JSON.stringify(row)),
    `agents hold ${await stores.waitingCount()}, were refused ${stores.refusals()}`,
    ...[pair.a, pair.b].flatMap((hub) => [hub.name, hub.log().slice(-3_000)]),
  ].join('\n')
}

export function checkOutcome(load: UnderLoad): void {
  const { stores, hubs } = load

  test('after all that, sums are what the tills rang, to the cent', async (t) => {
    await settled(load)
    const { stores: tills } = stores.simulator.tally()
    t.diagnostic(`${tills.reduce((sum, { salesCount }) => sum + salesCount, 0)} sales`)
  })

  test('no command was made or carried out twice, at the vendor neither', async (t) => {
    await until('commands have ended', 60, async () => {
      const open = await load.rows("select from command where state in ('queued', 'delivered')")
      return open.length === 0
    })
    const executed = await load.rows("select from command where state in ('executed', 'verified')")
    t.diagnostic(`${executed.length} commands carried out`)
    ok(executed.length > 0)
    deepEqual(
      await load.rows(
        `select kind, subject_id, count(*) from ledger_entry
          where kind in ('command.issued', 'command.delivered', 'command.executed', 'command.verified',
            'approval.expired', 'decision.made')
          group by kind, subject_id having count(*) > 1`,
      ),
      [],
    )
    const references = stores.documents('/consignments').map(({ reference }) => reference)
    equal(new Set(references).size, references.length)
  })

  test('both ledgers verify, events and all, and nothing is left as a dead letter', async () => {
    for (const region of regions) {
      const result = await hubs.ask<{ outcome: string; batchesCount: number }>(
        hubs.balancer.url,
        `/v1/ledger/${region}/verification`,
      )
      equal(result.outcome, 'intact', JSON.stringify(result))
      ok(result.batchesCount > 10)
    }
    const { items } = await hubs.ask<{ items: { replayedAt?: string }[] }>(
      hubs.balancer.url,
      '/v1/dead-letters',
    )
    deepEqual(
      items.filter(({ replayedAt }) => replayedAt === undefined),
      [],
    )
  })
}
