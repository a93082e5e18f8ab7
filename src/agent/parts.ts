/** What does the agent's work once it is asked to: made here by hand, each from the ones before it. */
import type { Command } from '../actions/command.ts'
import type { Logger } from '../base/log.ts'
import type { Clock } from '../base/time.ts'
import type { AgentSettings } from './config.ts'
import type { Connections, LiveConnection } from './connections.ts'
import { createCounts } from './counts.ts'
import { createDeadLetterOffice } from './dead-letter-office.ts'
import { createStateReader } from './hub/heartbeat.ts'
import { createHttpsLink } from './hub/https-link.ts'
import { createHubClient } from './hub/hub-client.ts'
import { createIdentity, type Identity } from './hub/identity.ts'
import type { Link } from './hub/link.ts'
import { createPolicies } from './hub/policies.ts'
import { createReceiver } from './hub/poller.ts'
import { createIntake } from './intake.ts'
import { createCircuit } from './questions/circuit.ts'
import { createReturnDesk } from './questions/returns.ts'
import type { Storage } from './storage/storage.ts'
import { createWebhookReceiver } from './webhooks.ts'
import { startExecutor } from './work/executor.ts'

export interface Ground {
  readonly settings: AgentSettings
  readonly connections: Connections
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Logger
}

/** Who is woken by what was taken in; set when the workers start. */
export interface Wakes {
  events: () => void
  lookups: (live: LiveConnection) => void
}

export type Parts = Awaited<ReturnType<typeof createParts>>

const decisionCircuit = { failuresMax: 3, openMs: 5_000 } as const

export async function createParts(ground: Ground) {
  const { settings, connections, storage, clock, log } = ground
  const { agentId, hubUrl, enrolmentCode, dataDir, outboxRowsMax, deadLettersMax } = settings
  const wakes: Wakes = { events: () => {}, lookups: () => {} }
  const counts = createCounts()
  const office = createDeadLetterOffice(storage, connections, clock, deadLettersMax)
  const intake = createIntake({
    storage,
    clock,
    outboxRowsMax,
    keepRefused: office.keepRefused,
    onEvents: () => wakes.events(),
    onLookups: (live) => wakes.lookups(live),
  })
  const { meta } = storage
  const identity = await createIdentity({ agentId, hubUrl, enrolmentCode, dataDir, meta, log })
  const hub = createHubClient(hubUrl, identity.authorise)
  const link =
    settings.link === 'kafka'
      ? await openKafkaLink(ground, identity)
      : createHttpsLink({ hub, storage, clock, log })
  const policies = createPolicies(storage, log)
  const executor = startExecutor({ storage, connections, intake, clock, log })
  const onCommands = (commands: readonly Command[]) => executor.take(commands)
  const desk = createReturnDesk({
    storage,
    intake,
    hub,
    circuit: createCircuit(decisionCircuit),
    policies,
    counts,
    clock,
    deadlineMs: settings.decisionDeadlineMs,
    log,
    onCommands: createReceiver(storage, clock, onCommands),
  })
  const receiver = createWebhookReceiver({
    storage,
    intake,
    office,
    counts,
    clock,
    onHandshake: ({ connection }, says) => log.info({ connection: connection.connectionId }, says),
  })
  const state = createStateReader(storage, connections, counts, clock)
  return {
    wakes,
    counts,
    office,
    intake,
    hub,
    link,
    policies,
    executor,
    onCommands,
    desk,
    receiver,
    state,
  }
}

/** Kafka's client is loaded only where there is a Kafka. */
async function openKafkaLink(
  { settings, connections, storage, clock, log }: Ground,
  identity: Identity,
): Promise<Link> {
  const { createKafkaLink } = await import('./hub/kafka-link.ts')
  const storeIds = new Set(connections.all.flatMap(({ stores }) => [...stores.keys()]))
  return createKafkaLink({ settings, identity, storage, storeIds, clock, log })
}
