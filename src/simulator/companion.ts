/**
 * The companion on the counter: where a vendor's register cannot ask, a small device beside it (or
 * the vendor's extension point) asks the agent whether a return may go on.
 */
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { parse } from '../base/parse.ts'
import { signWebhook } from '../base/standard-webhooks.ts'
import type { Instant } from '../base/time.ts'
import { ReturnVerdict } from '../retail/governed.ts'

export interface CompanionQuestion {
  /** Unique in the connection, and the same for the same return: asked twice, it is one question. */
  readonly questionId: string
  readonly type: 'return.requested'
  readonly connectionId: string
  readonly storeExternalId: string
  readonly registerExternalId: string
  readonly employeeExternalId: string
  readonly occurredAt: Instant
  readonly externalSaleId?: string
  readonly customer?: {
    readonly externalId?: string
    readonly email?: string
    readonly phone?: string
  }
  readonly currency: string
  readonly amountMinor: number
  readonly isFaulty: boolean
  readonly lines: readonly {
    readonly sku: string
    readonly name: string
    readonly quantity: string
    /** Tax included. */
    readonly amountMinor: number
  }[]
}

export const CompanionAnswer = z.object({
  verdict: ReturnVerdict,
  why: z.string(),
  decidedBy: z.enum(['hub', 'agent']),
})
export type CompanionAnswer = z.infer<typeof CompanionAnswer>

export interface CompanionAddress {
  readonly agentUrl: string
  readonly registerId: string
  /** `whsec_…` of the connection. */
  readonly secret: string
}

const deadlineMs = 5000

/** @throws Fault vendor_unreachable | vendor_refused | vendor_answer_malformed */
export function askAgent(
  { agentUrl, registerId, secret }: CompanionAddress,
  question: CompanionQuestion,
): Promise<CompanionAnswer> {
  const url = `${agentUrl}/registers/${registerId}/questions`
  return call('POST', url, secret, question.questionId, JSON.stringify(question))
}

/** The answer as it stands now, for a question that was held. @throws as askAgent does */
export function askAgain(
  { agentUrl, registerId, secret }: CompanionAddress,
  questionId: string,
): Promise<CompanionAnswer> {
  const url = `${agentUrl}/registers/${registerId}/questions/${encodeURIComponent(questionId)}`
  return call('GET', url, secret, `${questionId}.${Date.now()}`, '')
}

async function call(
  method: 'GET' | 'POST',
  url: string,
  secret: string,
  messageId: string,
  body: string,
): Promise<CompanionAnswer> {
  // The signature carries the real time, since the agent's door keeps a replay window by it.
  const signed = signWebhook(secret, messageId, Math.floor(Date.now() / 1000), body)
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method,
      headers: { ...signed, ...(method === 'POST' && { 'content-type': 'application/json' }) },
      ...(method === 'POST' && { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    })
    text = await response.text()
  } catch (cause) {
    throw new Fault('vendor_unreachable', { url }, cause)
  }
  if (response.status !== 200)
    throw new Fault('vendor_refused', { url, status: response.status, answer: text.slice(0, 200) })
  try {
    return parse(CompanionAnswer, JSON.parse(text), 'vendor_answer_malformed')
  } catch (cause) {
    throw cause instanceof Fault ? cause : new Fault('vendor_answer_malformed', { url }, cause)
  }
}
