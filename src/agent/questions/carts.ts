/** Answers a register that is about to take payment: nothing forbids it yet, and the cart is told. */
import { type DraftEvent, nothing, type QuestionAnswer } from '../../connectors/connector.ts'
import type { LiveConnection } from '../connections.ts'
import { type Intake, originFor } from '../intake.ts'

export type CartDraft = Extract<DraftEvent, { type: 'cart.ready_for_payment' }>

export async function answerCart(
  intake: Intake,
  live: LiveConnection,
  draft: CartDraft,
): Promise<QuestionAnswer> {
  await intake.take({ ...nothing, events: [draft] }, originFor(live))
  return { verdict: 'accepted', why: 'Nothing speaks against it.' }
}
