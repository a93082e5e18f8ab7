/**
 * Answers a register that asks about a return: the question is durable first, then the hub has a
 * short time to decide, else the agent decides alone. Asking again gives the stored answer.
 */
import { acceptReturn } from '../../actions/accept-return.ts'
import type { Command } from '../../actions/command.ts'
import { Fault } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import { type Clock, instantFromMs } from '../../base/time.ts'
import { type DraftEvent, nothing } from '../../connectors/connector.ts'
import { type DecisionRequest, DecisionResponse } from '../../link/protocol.ts'
import type { ReturnAnswer } from '../../retail/governed.ts'
import type { LiveConnection } from '../connections.ts'
import type { Counts } from '../counts.ts'
import { type HubClient, readAnswer } from '../hub/hub-client.ts'
import type { Policies } from '../hub/policies.ts'
import { type Intake, type Origin, originFor, type PreparedEvent } from '../intake.ts'
import type { ReturnFacts } from '../storage/local-facts.ts'
import { withPlace } from '../storage/outbox.ts'
import type { Storage } from '../storage/storage.ts'
import { followTrace } from '../trace.ts'
import type { Circuit } from './circuit.ts'
import { decideLocally } from './local-decision.ts'

export type ReturnDraft = Extract<DraftEvent, { type: 'return.requested' }>

export interface ReturnDesk {
  /** @throws Fault event_carries_personal_data | event_in_future | event_too_late */
  ask(live: LiveConnection, draft: ReturnDraft): Promise<ReturnAnswer>
}

export interface ReturnDeskOptions {
  readonly storage: Storage
  readonly intake: Intake
  readonly hub: HubClient
  readonly circuit: Circuit
  readonly policies: Policies
  readonly counts: Counts
  readonly clock: Clock
  readonly deadlineMs: number
  readonly log: Logger
  readonly onCommands: (commands: readonly Command[]) => Promise<void>
}

export function createReturnDesk(options: ReturnDeskOptions): ReturnDesk {
  const { storage, intake, hub, circuit, policies, counts, clock, log } = options
  const { answers, facts, writer, outbox, inbox } = storage
  /** The same question asked twice at once is decided once. */
  const asking = new Map<string, Promise<ReturnAnswer>>()

  function ask(live: LiveConnection, draft: ReturnDraft): Promise<ReturnAnswer> {
    const { returnId } = draft.data
    const stored = answers.find(returnId)?.answer
    if (stored !== undefined) return Promise.resolve(stored)
    const underWay = asking.get(returnId)
    if (underWay !== undefined) return underWay
    const decision = decide(live, draft).finally(() => asking.delete(returnId))
    asking.set(returnId, decision)
    return decision
  }

  async function decide(live: LiveConnection, draft: ReturnDraft): Promise<ReturnAnswer> {
    const origin = originFor(live)
    const prepared = intake.prepare({ ...nothing, events: [draft] }, origin)
    const [event] = prepared.events
    if (event === undefined) throw prepared.refused[0]?.fault
    const local = facts.about(draft)
    let sequence = 1
    const keepQuestion = () => {
      const kept = intake.keep(prepared)
      sequence = outbox.lastSequence
      const { storeId, data } = draft
      const { traceparent } = origin
      const asked = { returnId: data.returnId, storeId, eventId: event.id, traceparent }
      answers.ask({ ...asked, askedAtMs: clock.nowMs() })
      return kept
    }
    // Alone, question and answer are one flush to disk.
    if (!circuit.mayAsk()) return alone(origin, draft, event, local, keepQuestion)
    intake.announce(origin, await writer.commit(keepQuestion))
    const decided = await askHub(withPlace(event.text, outbox.epoch, sequence), local)
    if (decided === undefined) return alone(origin, draft, event, local)
    const { returnId, verdict, why, proposalId, policyHash, commands } = decided
    const answer = { returnId, verdict, why, proposalId, policyHash, decidedBy: 'hub' } as const
    const [settled, others] = split(commands, answer)
    await keepAnswer(origin, draft, event, answer, settled)
    await options.onCommands(others)
    return answer
  }

  async function alone(
    origin: Origin,
    draft: ReturnDraft,
    event: PreparedEvent,
    local: ReturnFacts,
    also?: () => void,
  ): Promise<ReturnAnswer> {
    const answer = decideLocally(draft, local, policies.engine)
    counts.localAnswers += 1
    await keepAnswer(origin, draft, event, answer, [], also)
    return answer
  }

  async function keepAnswer(
    origin: Origin,
    { storeId, registerId }: ReturnDraft,
    event: PreparedEvent,
    answer: ReturnAnswer,
    settled: readonly Command[],
    also?: () => void,
  ): Promise<void> {
    const said: DraftEvent = {
      type: 'return.answered',
      key: answer.returnId,
      storeId,
      ...(registerId !== undefined && { registerId }),
      occurredAt: instantFromMs(clock.nowMs()),
      data: answer,
    }
    const follows = {
      ...origin,
      traceparent: followTrace(origin.traceparent),
      causationId: event.id,
    }
    const events = [said, ...settled.map((command) => reportOf(command, said))]
    await intake.take({ ...nothing, events }, follows, () => {
      also?.()
      answers.answer(answer)
      for (const command of settled) inbox.settle(command, clock.nowMs())
    })
  }

  async function askHub(text: string, local: ReturnFacts): Promise<DecisionResponse | undefined> {
    // A DecisionRequest, around the event's text as it is.
    const body = `{"event":${text},"local":${JSON.stringify(localFacts(local))}}`
    const { deadlineMs } = options
    try {
      // The deadline also holds for what comes before the call, such as a new token.
      const answer = await within(deadlineMs, hub.call({ path: '/v1/decisions', body, deadlineMs }))
      if (answer === undefined) throw new Fault('hub_unreachable', { deadlineMs })
      circuit.succeeded()
      return readAnswer(DecisionResponse, answer)
    } catch (error) {
      circuit.failed()
      log.warn({ err: error }, 'the hub did not decide in time; decided here')
      return undefined
    }
  }

  return { ask }
}

/** Undefined when it takes longer; what comes of it then is nobody's concern. */
function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** The command that this very answer carries out, and what is left to do. */
function split(
  commands: readonly Command[],
  { returnId, verdict }: ReturnAnswer,
): [settled: Command[], others: Command[]] {
  const isSettled = ({ action, input }: Command) =>
    action === acceptReturn.name && verdict === 'accepted' && input.returnId === returnId
  return [commands.filter(isSettled), commands.filter((command) => !isSettled(command))]
}

function reportOf({ commandId }: Command, said: DraftEvent): DraftEvent {
  return {
    type: 'command.reported',
    key: `${commandId}:verified`,
    storeId: said.storeId,
    occurredAt: said.occurredAt,
    data: {
      commandId,
      state: 'verified',
      attemptsCount: 1,
      says: 'The register is told: accepted.',
    },
  }
}

function localFacts({ sale, ...facts }: ReturnFacts): DecisionRequest['local'] {
  const { alreadyReturnedLinesCount, employeeReturnsCount, customerReturnsCount } = facts
  return {
    ...(sale !== undefined && {
      sale: {
        saleId: sale.saleId,
        occurredAt: instantFromMs(sale.occurredAtMs),
        totalMinor: sale.totalMinor,
      },
    }),
    alreadyReturnedLinesCount,
    employeeReturnsCount,
    customerReturnsCount,
  }
}
