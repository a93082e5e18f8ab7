/** Cash tracking sessions of a device (POS Pro): the register was opened, and closed and counted. */
import { minorFromDecimal } from '../../base/money.ts'
import { instantFrom } from '../../base/time.ts'
import { type LookupResult, nothing, type Translation } from '../connector.ts'
import type { SessionAnswer } from './answers.ts'
import { numberOf, registerIdOf } from './ids.ts'
import type { ShopifyContext } from './sales.ts'

export function sessionOpened(session: SessionAnswer, context: ShopifyContext): Translation {
  const place = placeOf(session, context)
  if (place === undefined) return nothing
  const { amount, currencyCode } = session.cashCountedAtOpen
  return {
    ...nothing,
    events: [
      {
        type: 'register.opened',
        key: numberOf(session.id),
        ...place,
        occurredAt: instantFrom(session.openingTime, 'openingTime'),
        data: {
          sessionId: numberOf(session.id),
          ...employeeOf(session.openingStaffMember, context),
          currency: currencyCode,
          floatMinor: minorFromDecimal(amount, currencyCode),
        },
      },
    ],
  }
}

/** The sums of a session are made after it has closed, so that it may have to be asked for again. */
export function sessionClosed(session: SessionAnswer, context: ShopifyContext): LookupResult {
  const place = placeOf(session, context)
  if (place === undefined) return { outcome: 'translated', translation: nothing }
  if (session.closingTime === null || !session.totalsReady)
    return { outcome: 'not_yet', why: 'The sums of the session are not ready.' }
  const { currency, cashCountedAtClose: counted, expectedCashAtClose: expected } = session
  const translation: Translation = {
    ...nothing,
    events: [
      {
        type: 'register.closed',
        key: numberOf(session.id),
        ...place,
        occurredAt: instantFrom(session.closingTime, 'closingTime'),
        data: {
          sessionId: numberOf(session.id),
          ...employeeOf(session.closingStaffMember, context),
          currency,
          ...(expected !== null && {
            expectedCashMinor: minorFromDecimal(expected.amount, currency),
          }),
          ...(counted !== null && { countedCashMinor: minorFromDecimal(counted.amount, currency) }),
          isSynthetic: false,
        },
      },
    ],
  }
  return { outcome: 'translated', translation }
}

function placeOf(session: SessionAnswer, { connection }: ShopifyContext) {
  const locationId = numberOf(session.location.id)
  const store = connection.stores.find(({ externalId }) => externalId === locationId)
  if (store === undefined) return undefined
  return {
    storeId: store.storeId,
    ...registerIdOf(store, numberOf(session.pointOfSaleDevice.id)),
  }
}

function employeeOf(member: { id: string } | null | undefined, { tokens }: ShopifyContext) {
  return member == null ? undefined : { employeeId: tokens.employee(numberOf(member.id)) }
}
