/** Clover: what is rung comes back to the last minor unit. */
import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { clover } from '../../src/connectors/clover/connector.ts'
import type { TillSale, TillTender } from '../../src/simulator/till.ts'
import {
  assertSale,
  at,
  austin,
  card,
  distinct,
  find,
  fresh,
  line,
  quantities,
  type Rig,
  startRig,
} from './clover-rig.ts'
import { emulatedNowMs } from './harness.ts'

describe('clover: money stays exact', () => {
  const moneys = [
    { currency: 'USD', taxesIncluded: false },
    { currency: 'EUR', taxesIncluded: true },
    { currency: 'JPY', taxesIncluded: true },
    { currency: 'KWD', taxesIncluded: false },
  ]
  for (const { currency, taxesIncluded } of moneys)
    it(`${currency}, taxes ${taxesIncluded ? 'included' : 'added'}`, async (test) => {
      // The vendor's second passes with its own clock, so that its limits do not slow this down.
      let nowMs = emulatedNowMs
      const rig = await startRig({ currency, taxesIncluded, name: currency, nowMs: () => nowMs })
      test.after(() => rig.close())
      let count = 0
      await fc.assert(
        fc.asyncProperty(anySale(taxesIncluded), async (given) => {
          count += 1
          nowMs += 1000
          const rung = { ...given, saleKey: `${currency}${count}` }
          const externalId = rig.ring(rung)
          const hints = { merchantId: austin }
          const result = await clover.fetch({ kind: 'order', externalId, hints }, fresh(rig))
          equal(result.outcome, 'translated')
          if (result.outcome !== 'translated') return
          rig.context.references.remember(result.translation.references)
          const [completed] = find(distinct([...result.translation.events]), 'sale.completed')
          equal(completed?.data.currency, currency)
          equal(completed?.data.taxesIncluded, taxesIncluded)
          assertSale(completed?.data, rung)
          await refundAll(rig, rung, count)
        }),
        { numRuns: 40 },
      )
    })
})

async function refundAll(rig: Rig, rung: TillSale, count: number): Promise<void> {
  const tender = rung.tenders[0]
  if (tender === undefined) return
  const totalMinor = rung.totalMinor - rung.tipMinor
  rig.vendor.emulator.refund(rig.account.accountId, {
    ...at,
    atMs: rung.atMs + 1000,
    refundKey: `r${count}`,
    saleKey: rung.saleKey,
    lines: rung.lines,
    taxMinor: rung.taxMinor,
    totalMinor,
    tender: { ...tender, amountMinor: totalMinor },
    reason: 'All of it',
  })
  const externalId = rig.vendor.emulator.externalSaleId(rig.account.accountId, rung.saleKey) ?? ''
  const hints = { merchantId: austin }
  const result = await clover.fetch({ kind: 'order', externalId, hints }, fresh(rig))
  if (result.outcome !== 'translated') return equal(result.outcome, 'translated')
  const [refund] = find(distinct([...result.translation.events]), 'refund.completed')
  equal(refund?.data.totalMinor, totalMinor)
  equal(refund?.data.taxMinor, rung.taxMinor)
  deepEqual(quantities(refund?.data.lines ?? []), quantities(rung.lines))
  equal(
    refund?.data.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    totalMinor,
  )
  equal(refund?.data.tenders[0]?.kind, tender.kind)
}

function anySale(taxesIncluded: boolean): fc.Arbitrary<TillSale> {
  const anyLine = (sku: string) =>
    fc
      .record({
        quantity: fc.oneof(
          fc.integer({ min: 1, max: 4 }).map(String),
          fc.integer({ min: 25, max: 90_000 }).map(String),
          fc
            .integer({ min: 1, max: 4999 })
            .filter((units) => units % 10 !== 0)
            .map((units) => String(units / 1000)),
        ),
        unitPriceMinor: fc.integer({ min: 30, max: 90_000 }),
        discountPermille: fc.integer({ min: 0, max: 500 }),
        taxPermille: fc.constantFrom(0, 50, 83, 190),
      })
      .map(({ quantity, unitPriceMinor, discountPermille, taxPermille }) => {
        const grossMinor = line(sku, quantity, unitPriceMinor).totalMinor
        const discountMinor = Math.floor((grossMinor * discountPermille) / 1000)
        const taxMinor = Math.floor(((grossMinor - discountMinor) * taxPermille) / 1000)
        return line(sku, quantity, unitPriceMinor, { discountMinor, taxMinor })
      })
  return fc
    .record({
      lines: fc.tuple(anyLine('TOTE-01'), anyLine('TEE-02'), anyLine('BEAN-03')),
      count: fc.integer({ min: 1, max: 3 }),
      tipPermille: fc.constantFrom(0, 0, 150),
      kinds: fc.uniqueArray(fc.constantFrom('cash', 'card', 'gift_card'), { minLength: 1 }),
    })
    .map(({ lines: all, count, tipPermille, kinds }) => {
      const lines = all.slice(0, count)
      const goodsMinor = lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
      const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0)
      const tipMinor = Math.floor((goodsMinor * tipPermille) / 1000)
      const totalMinor = goodsMinor + tipMinor + (taxesIncluded ? 0 : taxMinor)
      const each = Math.floor(totalMinor / kinds.length)
      const tenders = kinds.map((kind, index): TillTender => {
        const isLast = index === kinds.length - 1
        const amountMinor = isLast ? totalMinor - each * (kinds.length - 1) : each
        return { kind, amountMinor, ...(kind === 'card' && { card }) } as TillTender
      })
      const atMs = emulatedNowMs - 60_000
      return { ...at, atMs, saleKey: '', lines, taxMinor, tipMinor, totalMinor, tenders }
    })
}
