/** Returns that registers asked about, and what they were told. Asking again gives the same answer. */
import type { ReturnAnswer } from '../../retail/governed.ts'
import type { Database } from './database.ts'

export interface AskedReturn {
  readonly returnId: string
  readonly storeId: string
  readonly eventId: string
  readonly traceparent: string
  readonly askedAtMs: number
  /** Missing between the question and the answer; after a crash there, it is asked anew. */
  readonly answer?: ReturnAnswer
}

export interface Answers {
  find(returnId: string): AskedReturn | undefined
  /** Inside a transaction. */
  ask(asked: Omit<AskedReturn, 'answer'>): void
  answer(answer: ReturnAnswer): void
  prune(beforeMs: number): void
}

interface Row {
  readonly returnId: string
  readonly storeId: string
  readonly eventId: string
  readonly traceparent: string
  readonly askedAtMs: number
  readonly verdict: ReturnAnswer['verdict'] | null
  readonly why: string
  readonly decidedBy: ReturnAnswer['decidedBy']
  readonly proposalId: string | null
  readonly policyHash: string | null
}

export function createAnswers(database: Database): Answers {
  const select = database.prepare('select * from answers where returnId = ?')
  const insert = database.prepare(`
    insert or ignore into answers (returnId, storeId, eventId, traceparent, askedAtMs)
    values (?, ?, ?, ?, ?)`)
  const update = database.prepare(`
    update answers set verdict = ?, why = ?, decidedBy = ?, proposalId = ?, policyHash = ?
    where returnId = ?`)
  const prune = database.prepare('delete from answers where askedAtMs < ?')
  return {
    find(returnId) {
      const row = select.get(returnId) as unknown as Row | undefined
      if (row === undefined) return undefined
      const { storeId, eventId, traceparent, askedAtMs } = row
      const asked = { returnId, storeId, eventId, traceparent, askedAtMs }
      return row.verdict === null ? asked : { ...asked, answer: answerOf(row, row.verdict) }
    },
    ask: ({ returnId, storeId, eventId, traceparent, askedAtMs }) =>
      void insert.run(returnId, storeId, eventId, traceparent, askedAtMs),
    answer: ({ returnId, verdict, why, decidedBy, proposalId, policyHash }) =>
      void update.run(verdict, why, decidedBy, proposalId ?? null, policyHash ?? null, returnId),
    prune: (beforeMs) => void prune.run(beforeMs),
  }
}

function answerOf(row: Row, verdict: ReturnAnswer['verdict']): ReturnAnswer {
  return {
    returnId: row.returnId,
    verdict,
    why: row.why,
    decidedBy: row.decidedBy,
    ...(row.proposalId !== null && { proposalId: row.proposalId }),
    ...(row.policyHash !== null && { policyHash: row.policyHash }),
  }
}
