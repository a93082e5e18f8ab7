/**
 * Carries out commands: in order within a store, once however often they arrive. A command that was
 * being carried out when the process died is carried out again, since connectors repeat safely.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../actions/command.ts'
import { findAction } from '../../actions/index.ts'
import { Fault, type FaultCode } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import { parse } from '../../base/parse.ts'
import { type Clock, instantFromMs, msOf } from '../../base/time.ts'
import { type DraftEvent, type Execution, nothing } from '../../connectors/connector.ts'
import type { CommandReport, ReturnAnswer } from '../../retail/governed.ts'
import type { Connections, LiveConnection } from '../connections.ts'
import type { Intake } from '../intake.ts'
import { backoffMs } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import { followTrace } from '../trace.ts'

export interface Executor {
  take(commands: readonly Command[]): void
  close(): Promise<void>
}

export interface ExecutorOptions {
  readonly storage: Storage
  readonly connections: Connections
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Logger
}

/** What commands to a register have in common: `return.accept`, `return.refuse`. */
interface RegisterInput {
  readonly returnId: string
  readonly why?: string
}

const registerVerdicts: Readonly<Record<string, ReturnAnswer['verdict']>> = {
  'return.accept': 'accepted',
  'return.refuse': 'refused',
}

type Report = Omit<CommandReport, 'commandId' | 'attemptsCount'>

const backoffMsMax = 30_000
const retryable: readonly FaultCode[] = [
  'vendor_unreachable',
  'vendor_throttled',
  'vendor_unauthorised',
  'circuit_open',
]

export function startExecutor(options: ExecutorOptions): Executor {
  const { storage, connections, intake, clock, log } = options
  const { inbox, answers, writer } = storage
  const stopping = new AbortController()
  /** What runs last in each store's line. */
  const lines = new Map<string, Promise<void>>()
  const running = new Set<Promise<void>>()

  function enqueue(command: Command, attemptsCount: number): void {
    // An answer waits for no vendor.
    if (findAction(command.action)?.target === 'register') {
      track(guarded(command, attemptsCount))
      return
    }
    const before = lines.get(command.storeId) ?? Promise.resolve()
    const next = before.then(() => guarded(command, attemptsCount))
    lines.set(command.storeId, next)
    track(next)
  }

  function track(work: Promise<void>): void {
    running.add(work)
    void work.finally(() => running.delete(work))
  }

  async function guarded(command: Command, attemptsCount: number): Promise<void> {
    if (stopping.signal.aborted) return
    try {
      await carryOut(command, attemptsCount)
    } catch (error) {
      if (!stopping.signal.aborted)
        log.error({ err: error, commandId: command.commandId }, 'a command could not be finished')
    }
  }

  async function carryOut(command: Command, attemptsBefore: number): Promise<void> {
    const live = connections.byStore.get(command.storeId)
    // The hub sends commands of this agent's stores only; without one there is nowhere to report from.
    if (live === undefined) {
      log.error({ storeId: command.storeId }, 'a command for a store that is not ours')
      await writer.commit(() => inbox.done(command.commandId))
      return
    }
    for (let attempts = attemptsBefore + 1; !stopping.signal.aborted; attempts += 1) {
      if (clock.nowMs() > msOf(command.expiresAt)) {
        await finish(live, command, attempts - 1, [{ state: 'expired', fault: 'command_expired' }])
        return
      }
      // What the agent does itself is one transaction: there is nothing to be found half done.
      if (findAction(command.action)?.target !== 'register')
        await writer.commit(() => inbox.begin(command.commandId))
      try {
        const { reports, also } = await execute(live, command)
        await finish(live, command, attempts, reports, also)
        return
      } catch (error) {
        const fault = Fault.from(error)
        if (!retryable.includes(fault.code)) {
          if (fault.code === 'internal') log.error({ err: error }, 'a connector failed')
          await finish(live, command, attempts, [failed(fault.code, fault.message)])
          return
        }
        await sleep(backoffMs(attempts, backoffMsMax), undefined, { signal: stopping.signal })
      }
    }
  }

  async function execute(
    live: LiveConnection,
    command: Command,
  ): Promise<{ reports: Report[]; also?: () => void }> {
    const action = findAction(command.action)
    if (action === undefined) throw new Fault('action_unknown', { field: 'action' })
    const input = parse(action.input, command.input, 'proposal_malformed')
    if (action.target === 'register') return answerRegister(command, input as RegisterInput)
    const support = live.connector.capabilities.actions[command.action as 'sale.flag']
    if (support?.by !== 'vendor_api')
      throw new Fault('capability_missing', { field: 'action', expected: support?.says ?? '' })
    return { reports: reportsOf(await live.connector.execute(command, live.context)) }
  }

  function answerRegister(command: Command, { returnId, why }: RegisterInput) {
    const before = answers.find(returnId)
    const verdict = registerVerdicts[command.action]
    if (before === undefined || verdict === undefined)
      throw new Fault('reference_unknown', { field: 'returnId' })
    // A return that was settled at once keeps the reason it was settled for.
    const settledWhy = before.answer?.verdict === verdict ? before.answer.why : undefined
    const answer: ReturnAnswer = {
      returnId,
      verdict,
      decidedBy: 'hub',
      proposalId: command.proposalId,
      why: why ?? settledWhy ?? 'Approved; the return may go on.',
    }
    const says = `The register is told: ${verdict}.`
    return {
      reports: [{ state: 'verified' as const, says }],
      also: () => answers.answer(answer),
    }
  }

  async function finish(
    live: LiveConnection,
    command: Command,
    attemptsCount: number,
    reports: readonly Report[],
    also?: () => void,
  ): Promise<void> {
    const { commandId, storeId, traceparent, causationId } = command
    const events = reports.map(
      (report): DraftEvent => ({
        type: 'command.reported',
        key: `${commandId}:${report.state}`,
        storeId,
        occurredAt: instantFromMs(clock.nowMs()),
        data: { commandId, attemptsCount, ...report },
      }),
    )
    const origin = { live, traceparent: followTrace(traceparent), causationId }
    await intake.take({ ...nothing, events }, origin, () => {
      also?.()
      inbox.done(commandId)
    })
  }

  for (const { command, attemptsCount } of inbox.open()) enqueue(command, attemptsCount)
  return {
    take(commands) {
      for (const command of commands) enqueue(command, 0)
    },
    async close() {
      stopping.abort()
      await Promise.allSettled(running)
    },
  }
}

function failed(fault: FaultCode, says: string): Report {
  return { state: 'failed', fault, says: says.slice(0, 500) }
}

function reportsOf(execution: Execution): Report[] {
  if (execution.outcome === 'refused') return [failed(execution.fault, execution.says)]
  const { reference, readBack } = execution
  const says = execution.says.slice(0, 500)
  const executed: Report = {
    state: 'executed',
    says,
    ...(reference !== undefined && { reference }),
  }
  if (readBack === 'verified') return [executed, { ...executed, state: 'verified' }]
  if (readBack === 'differs') return [executed, failed('command_unverified', says)]
  return [executed]
}
