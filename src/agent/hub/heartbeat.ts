/** Tells the hub every few seconds how this agent is; the same can be read at its own door. */

import type { Logger } from '../../base/log.ts'
import { type Clock, type Instant, instantFromMs } from '../../base/time.ts'
import type { AgentState } from '../../link/protocol.ts'
import type { Connections } from '../connections.ts'
import { type Counts, lastWebhookAt } from '../counts.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import type { HubClient } from './hub-client.ts'

export const agentVersion = '0.1.0'
const deadlineMs = 5_000

export function createStateReader(
  storage: Storage,
  connections: Connections,
  counts: Counts,
  clock: Clock,
): () => AgentState {
  const startedAt: Instant = instantFromMs(clock.nowMs())
  return () => ({
    version: agentVersion,
    startedAt,
    outboxCount: storage.outbox.count,
    lookupsCount: storage.lookups.count(),
    deadLettersCount: storage.deadLetters.count,
    faults: { ...counts.faults },
    webhooksCount: counts.webhooks,
    duplicatesCount: counts.duplicates,
    localAnswersCount: counts.localAnswers,
    ...lastWebhookAt(counts),
    connections: connections.all.map(({ connection, connector, stores, ...live }) => ({
      connectionId: connection.connectionId,
      label: connector.label,
      storeIds: [...stores.keys()],
      isReachable: live.isReachable,
      storesToConsent: live.storesToConsent(),
      actions: connector.capabilities.actions,
      facts: connector.capabilities.facts,
    })),
  })
}

export function startHeartbeat(
  hub: HubClient,
  state: () => AgentState,
  everySeconds: number,
  log: Logger,
): Loop {
  return startLoop({
    name: 'reporting state',
    log,
    step: async (signal) => {
      const body = JSON.stringify(state())
      await hub.call({ path: '/v1/agents/state', body, deadlineMs, signal })
      return everySeconds * 1000
    },
  })
}
