/** Means of payment by Clover's label keys (TenderConstants of clover-android-sdk). */
import type { Tokeniser } from '../../privacy/tokeniser.ts'
import type { Tender as RetailTender, TenderKind } from '../../retail/sale.ts'
import type { Payment, Tender } from './payloads.ts'

/** Everything else, such as a tender of a merchant's own app, is `other`. */
const kinds: Readonly<Record<string, TenderKind>> = {
  'com.clover.tender.cash': 'cash',
  'com.clover.tender.credit_card': 'card',
  'com.clover.tender.debit_card': 'card',
  'com.clover.tender.external_pin_debit': 'card',
  'com.clover.tender.gift_card': 'gift_card',
  'com.clover.tender.external_gift_card': 'gift_card',
}

type CardTransaction = Payment['cardTransaction']

export function tenderFrom(
  tender: Tender | null | undefined,
  cardTransaction: CardTransaction,
  amountMinor: number,
  tokens: Tokeniser,
): RetailTender {
  // The card's token at the processor; digits of the card itself are not taken over.
  const fingerprint = cardTransaction?.token ?? cardTransaction?.vaultedCard?.token
  const kind = kindOf(tender, cardTransaction)
  return {
    kind,
    amountMinor,
    ...(kind === 'card' && fingerprint && { instrument: tokens.token('card', fingerprint) }),
  }
}

function kindOf(tender: Tender | null | undefined, cardTransaction: CardTransaction): TenderKind {
  if (cardTransaction?.cardType === 'GIFT_CARD') return 'gift_card'
  const byLabel = kinds[tender?.labelKey ?? '']
  if (byLabel !== undefined) return byLabel
  return cardTransaction != null ? 'card' : 'other'
}
