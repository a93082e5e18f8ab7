/** Asks whether a return may go on: through the vendor's own hook, else through the companion. */
import { Fault } from '../base/fault.ts'
import type { Logger } from '../base/log.ts'
import { instantFromMs } from '../base/time.ts'
import { askAgain, askAgent, type CompanionAddress, type CompanionQuestion } from './companion.ts'
import type { DemoStore } from './demo-chain.ts'
import type { Emulator } from './emulator.ts'
import type { TillReturnQuestion } from './till.ts'

export type AskOutcome = 'accepted' | 'held' | 'refused' | 'unanswered'

interface Question {
  readonly store: DemoStore
  readonly emulator: Emulator
  readonly asked: TillReturnQuestion
  readonly isFaulty: boolean
  /** How often it was asked before. */
  readonly askedCount: number
}

export interface QuestionLine {
  /** Never throws: a register that gets no answer knows what to do. */
  ask(question: Question): Promise<AskOutcome>
}

export function createQuestionLine(deps: {
  readonly agentUrl: (agentId: string) => string | undefined
  readonly secretOf: (connectionId: string) => string
  readonly log: Logger
}): QuestionLine {
  async function throughCompanion(question: Question): Promise<AskOutcome> {
    const { store, asked, askedCount } = question
    const agentUrl = deps.agentUrl(store.agentId)
    if (agentUrl === undefined) return 'unanswered'
    const index = store.atVendor.registers.findIndex(
      ({ externalId }) => externalId === asked.registerExternalId,
    )
    const address: CompanionAddress = {
      agentUrl,
      registerId: store.registers[index]?.registerId ?? '',
      secret: deps.secretOf(store.connectionId),
    }
    const wire = wireOf(question)
    if (askedCount > 0) {
      try {
        return (await askAgain(address, wire.questionId)).verdict
      } catch (error) {
        // An agent that never got the question, or lost it, is asked it anew.
        if (!(error instanceof Fault && error.detail.status === 404)) throw error
      }
    }
    return (await askAgent(address, wire)).verdict
  }

  return {
    async ask(question) {
      const { store, emulator, asked } = question
      try {
        if (emulator.askReturn === undefined) return await throughCompanion(question)
        const answer = await emulator.askReturn(store.accountId, asked)
        // A vendor's hook says yes or no; whether a no is final shows when it is asked again.
        return answer.mayGoOn ? 'accepted' : 'held'
      } catch (error) {
        deps.log.debug({ err: error, storeId: store.storeId }, 'a register got no answer')
        return 'unanswered'
      }
    },
  }
}

function wireOf({ store, emulator, asked, isFaulty }: Question): CompanionQuestion {
  const { saleKey, customer } = asked
  const saleId =
    saleKey === undefined ? undefined : emulator.externalSaleId(store.accountId, saleKey)
  const isAdded = !store.atVendor.taxesIncluded
  return {
    questionId: asked.returnKey,
    type: 'return.requested',
    connectionId: store.connectionId,
    storeExternalId: asked.storeExternalId,
    registerExternalId: asked.registerExternalId,
    employeeExternalId: asked.employeeExternalId,
    occurredAt: instantFromMs(asked.atMs),
    ...(saleId !== undefined && { externalSaleId: saleId }),
    ...(customer !== undefined && { customer: { email: customer.email, phone: customer.phone } }),
    currency: store.currency,
    amountMinor: asked.totalMinor,
    isFaulty,
    lines: asked.lines.map(({ sku, name, quantity, totalMinor, taxMinor }) => ({
      sku,
      name,
      quantity,
      amountMinor: totalMinor + (isAdded ? taxMinor : 0),
    })),
  }
}
