/** The emulated Lightspeed of a whole fleet, in a process of its own: writes its webhooks down as signed. */
import { openDocumentStore } from '../../src/simulator/document-store.ts'
import { lightspeedEmulator } from '../../src/simulator/vendors/lightspeed/emulator.ts'
import type { Delivery } from '../../src/simulator/webhook-sender.ts'
import { saveRequests } from '../load/requests.ts'
import { serve } from '../parts/helper.ts'
import { accountsPerAgent, type FleetAccount, fleetAccounts, products } from './chain.ts'

interface StreamInput {
  readonly storesCount: number
  readonly agentUrls: readonly string[]
  /** One file for each agent: `<file>.<index>`. */
  readonly file: string
  /** Webhooks in all. */
  readonly count: number
}

let sent: Delivery[] = []
const emulator = lightspeedEmulator({
  documents: openDocumentStore(':memory:'),
  webhooks: {
    send: (delivery) => void sent.push(delivery),
    idle: () => Promise.resolve(),
    close: () => Promise.resolve(),
    counts: { sent: 0, acknowledged: 0, retried: 0, dropped: 0, duplicated: 0, given_up: 0 },
  },
  nowMs: Date.now,
})

/**
 * Sales spread over all stores, a line each, with the stock they move.
 * @returns how many webhooks each agent's file holds
 */
function stream({ storesCount, agentUrls, file, count }: StreamInput): number[] {
  const accounts = fleetAccounts(storesCount, agentUrls)
  for (const { account } of accounts) emulator.open(account, products, () => 10_000)
  const files: Delivery[][] = agentUrls.map(() => [])
  sent = []
  for (let sale = 0, all = 0; all < count; sale += 1) {
    // Accounts in turn, so that every agent has work at every moment; outlets in turn within one.
    const index = sale % accounts.length
    ring(accounts[index] as FleetAccount, Math.floor(sale / accounts.length), sale)
    files[Math.floor(index / accountsPerAgent)]?.push(...sent)
    all += sent.length
    sent = []
  }
  for (const [index, deliveries] of files.entries())
    saveRequests(
      `${file}.${index}`,
      deliveries.map(({ url, body, headers }) => ({
        method: 'POST',
        path: new URL(url).pathname,
        headers: headers(1, undefined),
        body,
      })),
    )
  return files.map(({ length }) => length)
}

function ring({ account, stores }: FleetAccount, turn: number, sale: number): void {
  const store = stores[turn % stores.length]
  const product = products[sale % products.length]
  if (store === undefined || product === undefined) return
  const { sku, name, priceMinor } = product
  emulator.ring(account.accountId, {
    saleKey: `fleet-${sale}`,
    storeExternalId: store.externalId,
    registerExternalId: store.registerExternalId,
    employeeExternalId: store.employeeExternalId,
    atMs: Date.now(),
    lines: [
      {
        sku,
        name,
        quantity: '1',
        unitPriceMinor: priceMinor,
        discountMinor: 0,
        taxMinor: 0,
        totalMinor: priceMinor,
      },
    ],
    taxMinor: 0,
    tipMinor: 0,
    totalMinor: priceMinor,
    tenders: [{ kind: 'cash', amountMinor: priceMinor }],
  })
}

const methods = { stream }
export type EmulatedAccounts = typeof methods

serve(methods)
