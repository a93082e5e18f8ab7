/** The contract of a workflow: one use of AI, as a value. The hub's runtime does the rest alike for all. */
import type { ActionName } from '../actions/index.ts'
import type { Autonomy } from '../governance/autonomy.ts'
import type { EventOf } from '../retail/event.ts'
import type { DataClass, EventType } from '../retail/events.ts'
import type { Facts } from './facts.ts'

/** Something a claim rests on; `id` finds it again. */
export interface Evidence {
  readonly id: string
  readonly label: string
  readonly value: string
}

export interface ProposalDraft {
  readonly action: ActionName
  readonly input: Readonly<Record<string, unknown>>
  /** One or two plain sentences for whoever approves. */
  readonly reason: string
  /** 0 to 1: how sure the workflow is that this is right. */
  readonly confidence: number
  readonly evidence: readonly Evidence[]
}

/** What policy gave a proposal, or what became of its approval later. */
export type Outcome = Autonomy | 'refused' | 'expired'

export interface Workflow<Type extends EventType = EventType, Context = unknown> {
  readonly name: string
  readonly title: string
  /** Grows with every change that can change a decision. */
  readonly version: string
  readonly on: Type
  /** `question`: a register waits for the answer; `stream`: the event log drives it. */
  readonly mode: 'question' | 'stream'
  readonly reads: readonly DataClass[]
  readonly mayPropose: readonly ActionName[]
  /** Models by `id@version`, for the ledger. */
  readonly models: readonly string[]
  /** Reads what the decision needs; nothing else in a workflow may read. */
  gather(event: EventOf<Type>, facts: Facts): Promise<Context>
  /** Pure: the same event and context give the same proposals, so that runs can be replayed. */
  propose(event: EventOf<Type>, context: Context): readonly ProposalDraft[]
  /** What follows from what became of a proposal; also pure. What follows is not followed again. */
  follow?(
    draft: Pick<ProposalDraft, 'action' | 'input'>,
    outcome: Outcome,
  ): readonly ProposalDraft[]
}

export function defineWorkflow<Type extends EventType, Context>(
  workflow: Workflow<Type, Context>,
): Workflow<Type, Context> {
  return workflow
}
