/** The agent: one process for one store or many. Everything that starts is started here, by hand. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog, type Logger } from '../base/log.ts'
import { type Clock, systemClock } from '../base/time.ts'
import { findConnector } from '../connectors/index.ts'
import type { AgentState } from '../link/protocol.ts'
import { type AgentConfig, readSettings } from './config.ts'
import { type FindConnector, openConnections } from './connections.ts'
import { type Consents, consentRoutes, createConsents } from './doors/consent-routes.ts'
import { createDoor, type Door } from './doors/door.ts'
import { healthRoutes } from './doors/health-routes.ts'
import { questionRoutes } from './doors/question-routes.ts'
import { webhookRoutes } from './doors/webhook-routes.ts'
import { openStorage } from './open-storage.ts'
import { createParts, type Ground, type Parts } from './parts.ts'
import { startWorkers } from './workers.ts'

export interface AgentDeps {
  readonly log?: Logger
  /** The time of the stores; the simulator's runs faster. Retries and signatures go by the machine's. */
  readonly clock?: Clock
  /** In place of the list of connectors. */
  readonly findConnector?: FindConnector
}

export interface Agent {
  readonly url: string
  state(): AgentState
  /** The `state` parameter for a vendor's consent page. */
  beginConsent(connectionId: string): string
  replayDeadLetters(): Promise<{ replayedCount: number; remainingCount: number }>
  /** Walks the feeds now. */
  sweep(): void
  /** The latest known stock of a product, from the agent's own cache. */
  onHand(storeId: string, sku: string): string | undefined
  close(): Promise<void>
}

/** What a vendor's slow answer may hold up the end by; its work goes on after the next start. */
const closingMsMax = 5_000

/** @throws Fault config_invalid | data_dir_unusable | data_dir_busy | port_taken */
export async function startAgent(config: AgentConfig, deps: AgentDeps = {}): Promise<Agent> {
  const { settings, connections: entries } = readSettings(config)
  const log = deps.log ?? createLog('agent', settings.logLevel)
  const opened = openStorage(settings)
  const { storage, tokenKey } = opened
  try {
    const find = deps.findConnector ?? findConnector
    const connections = openConnections(entries, find, tokenKey, storage)
    const ground = { settings, connections, storage, log, clock: deps.clock ?? systemClock }
    return await open(ground, opened.close)
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function open(ground: Ground, closeStorage: () => Promise<void>): Promise<Agent> {
  const { settings, storage, log } = ground
  const parts = await createParts(ground)
  const consents = createConsents()
  const door = openDoor(ground, parts, consents)
  const url = await door.listen(settings.host, settings.port).catch(async (error: unknown) => {
    await parts.executor.close()
    throw error
  })
  const workers = startWorkers(ground, parts)
  log.info({ url, connections: ground.connections.all.length }, 'the agent listens')

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await door.close()
    storage.writer.flush()
    await Promise.race([workers.close(), sleep(closingMsMax, undefined, { ref: false })])
    storage.writer.flush()
    await closeStorage()
  }

  return {
    url,
    state: parts.state,
    beginConsent: consents.begin,
    replayDeadLetters: () => parts.office.replay(parts.intake),
    sweep: workers.sweep,
    onHand: storage.catalogue.onHand,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function openDoor(
  { settings, connections, storage, log }: Ground,
  parts: Parts,
  consents: Consents,
) {
  const { counts, intake, desk, receiver, state } = parts
  const door: Door = createDoor(settings.bodyBytesMax, counts, log)
  webhookRoutes(door.app, connections, receiver)
  questionRoutes(door.app, { connections, intake, desk, answers: storage.answers })
  consentRoutes(door.app, connections, consents)
  healthRoutes(
    door.app,
    () => !intake.isFull,
    state,
    () => parts.office.replay(intake),
  )
  return door
}
