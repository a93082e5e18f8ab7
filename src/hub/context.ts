/** What routes and workers of a hub share, composed in hub.ts and handed down. */
import type { Logger } from '../base/log.ts'
import type { Cell } from './cells.ts'
import type { HubConfig } from './config.ts'
import type { ActivePolicies } from './control.ts'
import type { GovernDeps } from './decisions/govern.ts'
import type { AnswerReturn } from './decisions/questions.ts'
import type { Feed } from './feed/feed.ts'
import type { AgentDirectory } from './identity/agents.ts'
import type { Gate } from './identity/gate.ts'
import type { Keys } from './identity/keys.ts'
import type { Organisation } from './organisation/organisation.ts'

export interface CellServices extends Cell {
  readonly agents: AgentDirectory
  readonly govern: GovernDeps
  readonly answerReturn: AnswerReturn
  readonly feed: Feed
  /** With agents on Kafka: their records that no hub has taken in yet. */
  readonly agentsLag?: (() => Promise<number>) | undefined
}

export interface HubContext {
  readonly config: HubConfig
  readonly version: string
  readonly organisation: Organisation
  readonly policies: ActivePolicies
  readonly gate: Gate
  readonly keys: Keys
  readonly cells: ReadonlyMap<string, CellServices>
  readonly log: Logger
  /** True once everything below has started and until it is asked to stop. */
  readonly isReady: () => boolean
  /** Aborted when no more is to be waited for: polls answer and streams end. */
  readonly stopping: AbortSignal
}
