/**
 * To the cent: real transactions through four vendors' webhooks, with duplicates, reordering and
 * drops, an agent killed with -9 just as its vendor's tokens were renewed, and a hub restarted in the
 * middle. What the hub projects is what the tills rang, store by store.
 */
import { deepEqual, equal, ok } from 'node:assert/strict'
import test, { after } from 'node:test'
import { type FleetOptions, startFleet, until } from './fleet.ts'

interface Totals {
  storeId: string
  currency: string
  salesMinor: number
  refundsMinor: number
  salesCount: number
  refundsCount: number
}

export interface TotalsOptions extends FleetOptions {
  /** What else goes wrong in the middle. */
  readonly trouble?: () => Promise<void>
}

export async function checkTotals({
  trouble = async () => {},
  ...options
}: TotalsOptions = {}): Promise<void> {
  const play = (steps: number) => fleet.simulator.control({ step: steps })
  const fleet = await startFleet({
    simulator: { duplicateRatio: 0.1, reorderRatio: 0.2, dropRatio: 0.1, reorderDelayMsMax: 300 },
    ...options,
  })
  after(() => fleet.close())

  const asRung = (): Totals[] =>
    fleet.simulator
      .tally()
      .stores.filter(({ salesCount, refundsCount }) => salesCount + refundsCount > 0)
      .map(({ storeId, currency, salesMinor, refundsMinor, salesCount, refundsCount }) => ({
        storeId,
        currency,
        salesMinor,
        refundsMinor,
        salesCount,
        refundsCount,
      }))
      .sort((a, b) => a.storeId.localeCompare(b.storeId))

  const asProjected = async (): Promise<Totals[]> =>
    (await fleet.ask<{ items: Totals[] }>('/v1/sales/totals')).items.sort((a, b) =>
      a.storeId.localeCompare(b.storeId),
    )

  test('sums of all four vendors equal what the tills rang, through all that goes wrong', async () => {
    await play(60)
    await fleet.killAgentApart()
    await fleet.spendTokensApart()
    await play(60)
    await fleet.startAgentApart()
    await fleet.stopHub()
    await play(60)
    await fleet.startHub()
    await trouble()
    await play(200)
    await until('all webhooks delivered', 30, async () => {
      await fleet.simulator.idle()
      return true
    })
    await until('the store with spent tokens asks for consent', 30, async () =>
      (await fleet.storesToConsent()).includes('str_vienna_1'),
    )
    await fleet.consent(await fleet.storesToConsent())
    await until('the sums are equal', 60, async () => {
      fleet.sweep()
      return JSON.stringify(await asProjected()) === JSON.stringify(asRung())
    }).catch(async () => deepEqual(await asProjected(), asRung()))

    const { stores } = fleet.simulator.tally()
    ok(stores.reduce((sum, { salesCount }) => sum + salesCount, 0) >= 380)
    const { webhooks } = fleet.simulator.state()
    for (const kind of ['dropped', 'duplicated', 'retried'] as const)
      ok((webhooks[kind] ?? 0) > 0, `${kind} happened: ${JSON.stringify(webhooks)}`)
  })

  test('and stay equal: nothing told late adds to them', async () => {
    fleet.sweep()
    await new Promise((resolve) => setTimeout(resolve, 3000))
    deepEqual(await asProjected(), asRung())
  })

  test('the ledger of each region verifies, events and all', async () => {
    for (const region of ['us', 'eu']) {
      const result = await fleet.ask<{ outcome: string; batchesCount: number }>(
        `/v1/ledger/${region}/verification`,
      )
      equal(result.outcome, 'intact', JSON.stringify(result))
      ok(result.batchesCount > 10)
    }
  })

  test('nothing was left behind as a dead letter', async () => {
    deepEqual((await fleet.ask<{ items: unknown[] }>('/v1/dead-letters')).items, [])
  })
}
