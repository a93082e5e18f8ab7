/**
 * Walks through the run in order of time. Each step is one transaction: what the emulator writes, the
 * tally, the stock and the position, so that a kill at any moment neither loses a sale nor rings it twice.
 */
import type { Logger } from '../base/log.ts'
import type { Agenda, NextUp } from './agenda.ts'
import type { PlannedEvent } from './day-plan.ts'
import { keyOf } from './day-plan.ts'
import type { DemoStore } from './demo-chain.ts'
import type { DocumentStore } from './document-store.ts'
import type { Emulator } from './emulator.ts'
import type { AskOutcome, QuestionLine } from './register-question.ts'
import type { RunState, Task } from './run-state.ts'
import type { SaleMaker } from './sale-making.ts'
import type { Shoppers } from './shoppers.ts'
import type { SimulatedClock } from './simulated-clock.ts'
import type { Tally } from './tally.ts'
import type { TillRefund, TillReturnQuestion } from './till.ts'
import type { TransactionBook } from './transaction-book.ts'

export interface Replay {
  /** Does the next thing, at its time. @returns what it was */
  step(): Promise<Stepped>
  peekMs(): number
  /** Goods that come in later. */
  schedule(task: Extract<Task, { kind: 'delivery' }>): void
  readonly failuresCount: number
}

type Stepped = PlannedEvent['kind'] | Task['kind']

export interface ReplayDeps {
  readonly documents: DocumentStore
  readonly book: TransactionBook
  readonly stores: readonly DemoStore[]
  readonly state: RunState
  readonly agenda: Agenda
  readonly clock: SimulatedClock
  readonly shoppers: Shoppers
  readonly sales: SaleMaker
  readonly tally: Tally
  readonly questions: QuestionLine
  readonly emulatorOf: (store: DemoStore) => Emulator
  readonly log: Logger
}

type ReturnTask = Extract<Task, { kind: 'return' }>

/** From the question to the money, while the cashier waits. */
const counterMs = 45_000
/** A held return is asked about again after so long, and so often, before it is given up. */
const heldAgainMs = 20 * 60_000
const askedCountMax = 40
/** A vendor's own hook says no and not why: a refusal looks like a question that is held. */
const hookAskedCountMax = 12

export function createReplay(deps: ReplayDeps): Replay {
  const { documents, state, agenda, clock, tally } = deps
  /** Answers on their way; lost in a crash, and then asked for anew. */
  const answers = new Map<string, Promise<AskOutcome>>()
  let failuresCount = 0

  function storeOf(storeId: string): DemoStore {
    const store = deps.stores.find((candidate) => candidate.storeId === storeId)
    if (store === undefined) throw new RangeError(`no such store: ${storeId}`)
    return store
  }

  function ask(task: ReturnTask): Promise<AskOutcome> {
    const store = storeOf(task.storeId)
    const { question: asked, isFaulty, askedCount } = task
    const emulator = deps.emulatorOf(store)
    return deps.questions.ask({ store, emulator, asked, isFaulty, askedCount })
  }

  /** The goods are on the counter: the question goes out, and the answer is waited for elsewhere. */
  function bringBack(event: Extract<PlannedEvent, { kind: 'return' }>, atMs: number): Task {
    const { store, pass, entry, key } = event
    const at = { ...event.at, atMs }
    const saleKey = saleKeyFor(event)
    const { refund, isFaulty } = deps.sales.refund(entry, pass, store, at, saleKey)
    const task: ReturnTask = {
      kind: 'return',
      key,
      storeId: store.storeId,
      atMs: atMs + counterMs,
      entryIndex: entry.index,
      pass,
      question: questionOf(refund, key),
      isFaulty,
      askedCount: 0,
    }
    state.putTask(task)
    tally.add(store, { returnsAsked: 1 })
    return task
  }

  /** The receipt counts at the store that rang the sale; elsewhere the till does not know it. */
  function saleKeyFor({ store, entry, pass }: Extract<PlannedEvent, { kind: 'return' }>) {
    const sale = entry.saleIndex === undefined ? undefined : deps.book.entries[entry.saleIndex]
    if (sale?.kind !== 'sale') return undefined
    const key = keyOf(sale, pass)
    const rungAt = documents.get<{ storeId: string }>('returnable', key)?.value.storeId
    return rungAt === store.storeId ? key : undefined
  }

  function giveBack(task: ReturnTask, atMs: number): void {
    const store = storeOf(task.storeId)
    const entry = deps.book.entries[task.entryIndex]
    if (entry?.kind !== 'return') throw new RangeError(`no such return: ${task.key}`)
    const { saleKey, registerExternalId, employeeExternalId, storeExternalId } = task.question
    const at = { storeExternalId, registerExternalId, employeeExternalId, atMs }
    deps.shoppers.refund(store, deps.sales.refund(entry, task.pass, store, at, saleKey).refund)
  }

  /** @returns the task to come back to, if the return stays on the counter */
  function settle(task: ReturnTask, outcome: AskOutcome, atMs: number): Task | undefined {
    const store = storeOf(task.storeId)
    state.removeTask(task.key)
    const isFirst = task.askedCount === 0
    if (outcome === 'accepted') {
      giveBack(task, atMs)
      tally.add(store, { returnsAccepted: 1 })
      return undefined
    }
    if (outcome === 'refused') {
      tally.add(store, { returnsRefused: 1 })
      return undefined
    }
    const hasHook = deps.emulatorOf(store).askReturn !== undefined
    if (task.askedCount + 1 >= (hasHook ? hookAskedCountMax : askedCountMax)) {
      tally.add(store, { returnsAbandoned: 1 })
      return undefined
    }
    if (outcome === 'held' && isFirst) tally.add(store, { returnsHeld: 1 })
    // At high speed a person still needs some of our seconds to decide.
    const waitMs = heldAgainMs * Math.max(1, clock.speed / 60)
    const again = { ...task, askedCount: task.askedCount + 1, atMs: atMs + waitMs }
    state.putTask(again)
    return again
  }

  function performPlanned(event: PlannedEvent, next: NextUp): void {
    let task: Task | undefined
    documents.transaction(() => {
      if (event.kind === 'return') task = bringBack(event, next.atMs)
      else deps.shoppers.perform(event, next.atMs)
      if (event.kind === 'sale' && event.sale.isReturnedLater)
        documents.put('returnable', event.key, { storeId: event.store.storeId }, next.atMs)
      state.moveTo(next.after)
    })
    if (task?.kind !== 'return') return
    agenda.addTask(task)
    answers.set(task.key, ask(task))
  }

  async function performTask(task: Task, next: NextUp): Promise<void> {
    if (task.kind === 'delivery') {
      documents.transaction(() => {
        deps.shoppers.deliver(storeOf(task.storeId), task.lines, next.atMs)
        state.removeTask(task.key)
        state.moveTo(next.after)
      })
      return
    }
    const outcome = await (answers.get(task.key) ?? ask(task))
    answers.delete(task.key)
    let again: Task | undefined
    documents.transaction(() => {
      again = settle(task, outcome, next.atMs)
      state.moveTo(next.after)
    })
    if (again !== undefined) agenda.addTask(again)
  }

  /** What fails is left out and counted; it must not stop the shops. */
  function leaveOut(next: NextUp, error: unknown): void {
    failuresCount += 1
    const what = next.from === 'plan' ? next.event.key : next.task.key
    deps.log.error({ err: error, what }, 'the simulator left out what failed')
    documents.transaction(() => {
      if (next.from === 'task') state.removeTask(next.task.key)
      state.moveTo(next.after)
    })
  }

  return {
    peekMs: () => agenda.next().atMs,
    async step() {
      const next = agenda.next()
      try {
        if (next.from === 'plan') performPlanned(next.event, next)
        else await performTask(next.task, next)
      } catch (error) {
        leaveOut(next, error)
      }
      agenda.done(next)
      return next.from === 'plan' ? next.event.kind : next.task.kind
    },
    schedule(task) {
      state.putTask(task)
      agenda.addTask(task)
    },
    get failuresCount() {
      return failuresCount
    },
  }
}

function questionOf(refund: TillRefund, returnKey: string): TillReturnQuestion {
  const { saleKey, customer, lines, totalMinor, atMs } = refund
  const { storeExternalId, registerExternalId, employeeExternalId } = refund
  return {
    storeExternalId,
    registerExternalId,
    employeeExternalId,
    atMs,
    returnKey,
    ...(saleKey !== undefined && { saleKey }),
    ...(customer !== undefined && { customer }),
    lines,
    totalMinor,
  }
}
