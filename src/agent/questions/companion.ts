/** The companion's question: a device on the counter, or a vendor's extension, asks about a return. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { Currency, MinorUnits } from '../../base/money.ts'
import { Quantity } from '../../base/quantity.ts'
import { Instant } from '../../base/time.ts'
import { saleIdFrom } from '../../connectors/external-id.ts'
import { Sku } from '../../retail/sale.ts'
import type { RegisterPlace } from '../connections.ts'
import type { ReturnDraft } from './returns.ts'

const ExternalId = z.string().min(1).max(120)

export const CompanionQuestion = z.object({
  questionId: z.string().regex(/^[0-9A-Za-z_.:-]{1,80}$/, { error: 'letters, digits, _ . : -' }),
  type: z.literal('return.requested'),
  connectionId: idSchema('connection'),
  storeExternalId: ExternalId,
  registerExternalId: ExternalId,
  employeeExternalId: ExternalId,
  occurredAt: Instant,
  externalSaleId: ExternalId.optional(),
  /** Turned into one token on arrival; nothing else of it is kept. */
  customer: z
    .object({
      externalId: ExternalId.optional(),
      email: z.string().max(320).optional(),
      phone: z.string().max(40).optional(),
    })
    .optional(),
  currency: Currency,
  amountMinor: MinorUnits.min(0),
  isFaulty: z.boolean().optional(),
  lines: z
    .array(
      z.object({
        sku: Sku.optional(),
        name: z.string().max(255).optional(),
        quantity: Quantity,
        amountMinor: MinorUnits.min(0),
      }),
    )
    .min(1)
    .max(500),
})
export type CompanionQuestion = z.infer<typeof CompanionQuestion>

/** Question ids are only unique within a connection. */
export function returnIdOf(connectionId: string, questionId: string): string {
  return `ret_${connectionId.slice('con_'.length)}.${questionId}`
}

/** @throws Fault connection_unknown | store_unknown | register_unknown when the body names another place */
export function draftOf(question: CompanionQuestion, place: RegisterPlace): ReturnDraft {
  const { live, store, externalId } = place
  const { connectionId } = live.connection
  if (question.connectionId !== connectionId)
    throw new Fault('connection_unknown', { field: 'connectionId' })
  if (question.storeExternalId !== store.externalId)
    throw new Fault('store_unknown', { field: 'storeExternalId' })
  if (question.registerExternalId !== externalId)
    throw new Fault('register_unknown', { field: 'registerExternalId' })
  const { tokens } = live.context
  const { externalSaleId, isFaulty, currency, amountMinor, lines, occurredAt } = question
  const registerId = store.registers[externalId]
  const returnId = returnIdOf(connectionId, question.questionId)
  return {
    type: 'return.requested',
    key: returnId,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
    occurredAt,
    data: {
      returnId,
      ...(externalSaleId !== undefined && { saleId: saleIdFrom(connectionId, externalSaleId) }),
      employeeId: tokens.employee(question.employeeExternalId),
      ...customerOf(question, place),
      currency,
      amountMinor,
      ...(isFaulty !== undefined && { isFaulty }),
      lines,
    },
  }
}

function customerOf({ customer }: CompanionQuestion, { live }: RegisterPlace) {
  const { externalId, email, phone } = customer ?? {}
  if (externalId === undefined && email === undefined && phone === undefined) return {}
  return {
    customer: live.context.tokens.customer({
      externalId: externalId ?? '',
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
    }),
  }
}
