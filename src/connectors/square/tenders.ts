/** Square's means of payment in our words. Cards are told apart by fingerprint, never by digits. */
import type { EventData } from '../../retail/events.ts'
import type { PaymentRefund, SquareTender } from './resources.ts'
import type { SquareTranslation } from './settings.ts'

export type Tender = EventData<'sale.completed'>['tenders'][number]

const kinds: ReadonlyMap<string, Tender['kind']> = new Map([
  ['CARD', 'card'],
  ['THIRD_PARTY_CARD', 'card'],
  ['CASH', 'cash'],
  ['SQUARE_GIFT_CARD', 'gift_card'],
  ['WALLET', 'wallet'],
  ['SQUARE_ACCOUNT', 'wallet'],
])

type Card = { card_brand?: string | undefined; fingerprint?: string | undefined }

function kindOf(type: string | undefined, card: Card | undefined): Tender['kind'] {
  // The Payments API calls a gift card a card of Square's own brand; orders have a type for it.
  if (card?.card_brand === 'SQUARE_GIFT_CARD') return 'gift_card'
  return kinds.get(type ?? '') ?? 'other'
}

function tender(
  context: SquareTranslation,
  type: string | undefined,
  card: Card | undefined,
  amountMinor: number,
): Tender {
  const kind = kindOf(type, card)
  return {
    kind,
    amountMinor,
    ...(kind === 'card' &&
      card?.fingerprint !== undefined && {
        instrument: context.tokens.token('card', card.fingerprint),
      }),
  }
}

export function tenderOfSale(context: SquareTranslation, paid: SquareTender): Tender {
  return tender(context, paid.type, paid.card_details?.card, paid.amount_money.amount)
}

/** `paid` is the tender that the money goes back to; a refund elsewhere says itself where to. */
export function tenderOfRefund(
  context: SquareTranslation,
  refund: PaymentRefund,
  paid: SquareTender | undefined,
): Tender {
  const goesBack = refund.destination_type === undefined || refund.destination_type === 'CARD'
  const card = refund.destination_details?.card_details?.card
  const amountMinor = refund.amount_money.amount
  if (goesBack && card === undefined && paid !== undefined)
    return { ...tenderOfSale(context, paid), amountMinor }
  return tender(context, refund.destination_type, card, amountMinor)
}
