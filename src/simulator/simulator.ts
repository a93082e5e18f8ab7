/** The simulator: composes world, shoppers and door by hand, and runs until it is closed. */
import { Fault } from '../base/fault.ts'
import { type Logger, silentLog } from '../base/log.ts'
import { parse } from '../base/parse.ts'
import { type Clock, type Instant, instantFromMs, systemClock } from '../base/time.ts'
import { createAgenda } from './agenda.ts'
import { type ControlRequest, SimulatorConfig } from './config.ts'
import type { DemoChain, DemoConnection } from './demo-chain.ts'
import { createDriver } from './driver.ts'
import { createHost, listen } from './host.ts'
import { createQuestionLine } from './register-question.ts'
import { createReplay, type Replay } from './replay.ts'
import { createSaleMaker } from './sale-making.ts'
import { createShoppers } from './shoppers.ts'
import { createTally, type StoreTally, type Tally, type TallyTotals, totalsOf } from './tally.ts'
import { emulators as allEmulators } from './vendors/index.ts'
import { type EmulatorList, openWorld, type World } from './world.ts'

/** A connection as an agent's connections file holds it. */
export interface OpenConnection extends DemoConnection {
  readonly credentials: { readonly accessToken: string; readonly refreshToken?: string }
  readonly startsAt: Instant
}

export interface Simulator {
  readonly url: string
  /** Simulated time. */
  readonly clock: Clock
  chain(): DemoChain
  connectionsOf(agentId: string): OpenConnection[]
  /** From now on webhooks and questions go there. */
  setAgentUrls(agentUrls: Readonly<Record<string, string>>): void
  /** With `step`, resolves when the sales are rung. */
  control(request: ControlRequest): Promise<SimulatorState>
  state(): SimulatorState
  tally(): SimulatorTally
  /** Resolves when no webhook is under way or waits for its turn. */
  idle(): Promise<void>
  /** In order: no further step, the door, what is under way, the files. */
  close(): Promise<void>
}

export interface SimulatorState {
  readonly simulatedAt: Instant
  readonly startedOn: string
  readonly speed: number
  readonly isPaused: boolean
  readonly isCaughtUp: boolean
  readonly salesCount: number
  readonly failuresCount: number
  readonly webhooksPending: number
  readonly webhooks: Readonly<Record<string, number>>
  /** Sales of this request to step. */
  readonly steppedCount?: number
}

export interface SimulatorTally {
  readonly stores: readonly StoreTally[]
  /** By currency. */
  readonly totals: readonly TallyTotals[]
}

export interface SimulatorParts {
  readonly emulators?: EmulatorList
  readonly log?: Logger
  readonly realClock?: Clock
}

/** @throws Fault config_invalid | data_dir_unusable | port_taken */
export async function startSimulator(
  config: SimulatorConfig,
  given: SimulatorParts = {},
): Promise<Simulator> {
  const settings = parse(SimulatorConfig, config, 'config_invalid')
  const parts = {
    emulators: given.emulators ?? allEmulators,
    log: given.log ?? silentLog,
    realClock: given.realClock ?? systemClock,
  }
  const world = await openWorld(settings, parts)
  try {
    return await run(world, settings, parts)
  } catch (error) {
    await world.close()
    throw error
  }
}

async function run(
  world: World,
  { host, port, publicUrl, isPaused }: ReturnType<typeof SimulatorConfig.parse>,
  { log, realClock }: { log: Logger; realClock: Clock },
): Promise<Simulator> {
  const { clock, webhooks, state: runState, addresses } = world
  world.openAccounts()
  const tally = createTally(world.documents, world.plan.stores)
  const replay = replayOf(world, tally, log)
  const realNowMs = () => realClock.nowMs()
  const driver = createDriver({ replay, clock, hasRoom: webhooks.hasRoom, realNowMs })

  const state = (): SimulatorState => ({
    simulatedAt: instantFromMs(clock.nowMs()),
    startedOn: runState.startDate,
    speed: clock.speed,
    isPaused: clock.isPaused,
    isCaughtUp: realNowMs() - clock.nowMs() < 60_000,
    salesCount: tally.stores().reduce((sum, store) => sum + store.salesCount, 0),
    failuresCount: replay.failuresCount,
    webhooksPending: webhooks.pendingCount,
    webhooks: webhooks.counts,
  })

  /** Nobody wants to wait for the doors to open: a new run jumps to its first sale. */
  function resume(): void {
    clock.resume()
    if (state().salesCount === 0) void driver.stepSales(1)
    driver.wake()
  }

  async function control({ speed, paused, step, delivery }: ControlRequest) {
    if (speed !== undefined) clock.setSpeed(speed)
    if (paused !== undefined) paused ? clock.pause() : resume()
    if (delivery !== undefined) scheduleDelivery(world, replay, delivery)
    driver.wake()
    if (step === undefined) return state()
    const steppedCount = await driver.stepSales(step)
    return { ...state(), steppedCount }
  }

  const tallied = (): SimulatorTally => {
    const stores = tally.stores()
    return { stores, totals: totalsOf(stores) }
  }
  const app = await createHost(world.emulators, { tally: tallied, state, control })
  const url = await listen(app, host, port).catch(async (error) => {
    await driver.stop()
    throw error
  })
  addresses.simulatorUrl = publicUrl?.replace(/\/+$/, '') ?? url
  if (!isPaused) resume()

  return {
    url,
    clock,
    chain: world.chain,
    connectionsOf: (agentId) => connectionsOf(world, agentId),
    setAgentUrls(agentUrls) {
      addresses.agentUrls = agentUrls
      world.openAccounts()
    },
    control,
    state,
    tally: tallied,
    idle: () => webhooks.idle(),
    async close() {
      clock.pause()
      await driver.stop()
      runState.moveTo({ ...runState.position(), simulatedMs: clock.nowMs() })
      await app.close()
      await world.close()
    },
  }
}

function replayOf(world: World, tally: Tally, log: Logger): Replay {
  const { plan, documents, state, clock, stock, emulatorOf } = world
  const { seed, book, assignment, stores } = plan
  const sales = createSaleMaker(seed, book, assignment)
  const shared = { documents, book, sales, tally, emulatorOf }
  const companionSecrets = new Map(
    world.chain().accounts.map(({ connectionId, secrets }) => [connectionId, secrets.companion]),
  )
  return createReplay({
    ...shared,
    stores,
    state,
    clock,
    log,
    agenda: createAgenda(plan, state),
    shoppers: createShoppers({ ...shared, seed, assignment, stock }),
    questions: createQuestionLine({
      agentUrl: (agentId) => world.addresses.agentUrls[agentId],
      secretOf: (connectionId) => companionSecrets.get(connectionId) ?? '',
      log,
    }),
  })
}

function connectionsOf(world: World, agentId: string): OpenConnection[] {
  const { agents, stores } = world.chain()
  const agent = agents.find((candidate) => candidate.agentId === agentId)
  return (agent?.connections ?? []).map((connection) => {
    const { accountId } = stores.find((s) => s.connectionId === connection.connectionId) ?? {}
    return {
      ...connection,
      credentials: world.emulatorOf(connection).credentials(accountId ?? ''),
      startsAt: `${world.state.startDate}T00:00:00.000Z`,
    }
  })
}

function scheduleDelivery(
  { clock, plan }: World,
  replay: Replay,
  { storeId, lines, afterMinutes }: NonNullable<ControlRequest['delivery']>,
): void {
  if (!plan.stores.some((store) => store.storeId === storeId))
    throw new Fault('store_unknown', { field: 'delivery.storeId', storeId })
  const atMs = clock.nowMs() + afterMinutes * 60_000
  const key = `delivery-${storeId}-${atMs}-${lines[0]?.sku}`
  replay.schedule({ kind: 'delivery', key, storeId, atMs, lines })
}
