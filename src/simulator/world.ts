/** What the run takes place in: data, chain, stock, the vendors with their accounts, and the time. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DirectoryLock, lockDirectory } from '../base/directory-lock.ts'
import { Fault } from '../base/fault.ts'
import type { Logger } from '../base/log.ts'
import { type Clock, instantFromMs } from '../base/time.ts'
import { createAssignment } from './assignment.ts'
import type { SimulatorSettings } from './config.ts'
import { type PlanInput, planDay } from './day-plan.ts'
import type { DemoStore } from './demo-chain.ts'
import { type DemoChain, demoChain } from './demo-chain.ts'
import type { Vendor } from './demo-stores.ts'
import { type DocumentStore, openDocumentStore } from './document-store.ts'
import type { Emulator, EmulatorFactory } from './emulator.ts'
import { createFaults } from './faults.ts'
import { createRandom } from './random.ts'
import { openRunState, type RunState } from './run-state.ts'
import { scopedDocuments } from './scoped-documents.ts'
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts'
import { createStock, type Stock } from './stock.ts'
import { readBook } from './transaction-book.ts'
import { createWebhookRouter, type WebhookRouter } from './webhook-router.ts'

export interface World {
  readonly plan: PlanInput
  readonly stock: Stock
  /** Where agents and simulator listen is told when it is known. */
  readonly addresses: { simulatorUrl: string; agentUrls: Readonly<Record<string, string>> }
  chain(): DemoChain
  readonly emulators: readonly Emulator[]
  emulatorOf(at: { readonly vendor: string }): Emulator
  /** Accounts as they are by the addresses of now. */
  openAccounts(): void
  readonly documents: DocumentStore
  readonly state: RunState
  readonly clock: SimulatedClock
  readonly webhooks: WebhookRouter
  close(): Promise<void>
}

export type EmulatorList = Readonly<Record<Vendor, EmulatorFactory>>

export interface WorldParts {
  readonly emulators: EmulatorList
  readonly log: Logger
  readonly realClock: Clock
}

const slicePath = fileURLToPath(
  new URL('../../data/transactions/transactions.csv.gz', import.meta.url),
)

/** The clock is paused; time begins when the run does. @throws Fault config_invalid | data_dir_unusable */
export async function openWorld(settings: SimulatorSettings, parts: WorldParts): Promise<World> {
  const { seed, lanesCount, installSecret, speed } = settings
  const addresses = { simulatorUrl: 'http://127.0.0.1', agentUrls: settings.agentUrls }
  const chain = () => demoChain({ seed, installSecret, ...addresses })
  const { stores } = chain()
  const book = await readBook(settings.transactionsFile ?? slicePath)
  const { products, skipped, entries, daysCount } = book
  parts.log.info({ skipped, entriesCount: entries.length, daysCount }, 'transactions read')
  const plan = {
    seed,
    stores,
    book,
    lanesCount,
    assignment: createAssignment(seed, stores, book),
  }
  const { whole, lock } = openDocuments(settings.dataDir)
  const documents = scopedDocuments(whole, 'core')
  const stock = createStock(documents, plan)
  const state = openState(documents, plan, settings, parts.realClock)
  const clock = createSimulatedClock({
    startMs: state.position().simulatedMs,
    speed,
    real: parts.realClock,
  })
  clock.pause()
  const webhooks = createWebhookRouter({
    faults: createFaults(settings, createRandom(`${seed}/faults`)),
    speed: () => clock.speed,
    concurrentMax: settings.webhooksConcurrentMax,
    waitingMax: settings.webhooksWaitingMax,
    awayAfterMs: 10_000,
  })
  const emulators = Object.entries(parts.emulators).map(([vendor, make]) =>
    // Vendors may name their collections alike.
    make({ documents: scopedDocuments(whole, vendor), webhooks, nowMs: clock.nowMs }),
  )
  const emulatorOf = byVendor(emulators)
  const onHand = onHandOf(stores, stock)

  return {
    plan,
    stock,
    addresses,
    chain,
    emulators,
    emulatorOf,
    openAccounts: () =>
      whole.transaction(() => {
        for (const account of chain().accounts) emulatorOf(account).open(account, products, onHand)
      }),
    documents,
    state,
    clock,
    webhooks,
    async close() {
      await webhooks.close()
      whole.close()
      lock.release()
    },
  }
}

function openState(
  documents: DocumentStore,
  plan: PlanInput,
  { startDaysAgo }: SimulatorSettings,
  real: Clock,
): RunState {
  const { seed, lanesCount, book } = plan
  const { entries, daysCount } = book
  const identity = { seed, lanesCount, entriesCount: entries.length, daysCount }
  return documents.transaction(() =>
    openRunState(documents, identity, () => {
      const startDate = instantFromMs(real.nowMs() - startDaysAgo * 86_400_000).slice(0, 10)
      // Just before the first employee comes in, so that a fresh start shows something at once.
      const firstMs = planDay(plan, 0, startDate)[0]?.at.atMs ?? real.nowMs()
      return { startDate, simulatedMs: firstMs - 5000 }
    }),
  )
}

/** A simulator whose starter was killed ends once it has done what it was at. */
const predecessorEndsWithinMs = 15_000

function openDocuments(dataDir: string): { whole: DocumentStore; lock: DirectoryLock } {
  try {
    mkdirSync(dataDir, { recursive: true })
    const lock = lockDirectory(dataDir, predecessorEndsWithinMs)
    return { whole: openDocumentStore(join(dataDir, 'simulator.sqlite')), lock }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    const says = (cause as Error).message
    throw new Fault('data_dir_unusable', { field: 'dataDir', dataDir, says }, cause)
  }
}

function byVendor(emulators: readonly Emulator[]): World['emulatorOf'] {
  const known = new Map(emulators.map((emulator) => [emulator.vendor, emulator]))
  return ({ vendor }) => {
    const emulator = known.get(vendor)
    if (emulator === undefined) throw new RangeError(`no emulator of ${vendor}`)
    return emulator
  }
}

function onHandOf(stores: readonly DemoStore[], stock: Stock) {
  const byExternalId = new Map(stores.map((store) => [store.atVendor.externalId, store]))
  return (externalId: string, sku: string): number => {
    const store = byExternalId.get(externalId)
    if (store === undefined) throw new RangeError(`no such store: ${externalId}`)
    return stock.onHand(store, sku)
  }
}
