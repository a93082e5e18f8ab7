/**
 * Register sessions. The closure's webhook is the only full source; the register list shows that one
 * was opened or closed, and by which closure id, so that a lost webhook is made good without sums.
 */
import { minorFromDecimal } from '../../base/money.ts'
import { parse } from '../../base/parse.ts'
import { instantFrom } from '../../base/time.ts'
import type { Connection, DraftEvent } from '../connector.ts'
import type { Register } from './answers.ts'
import type { LearningNames } from './names.ts'
import { RegisterClosure } from './payloads.ts'
import { findPlace, type Place, placeOf } from './stores.ts'

const cashTypeId = '1'

/** @throws Fault payload_malformed | store_unknown */
export function closureEvents(
  payload: unknown,
  connection: Connection<unknown>,
  names: LearningNames,
): DraftEvent[] {
  const closure = parse(RegisterClosure, payload, 'payload_malformed')
  const place = placeOf(connection, closure.register.id, closure.register.outlet_id)
  const { currency } = place.store
  const cash = cashOf(closure)
  const minor = (value: string | number | null | undefined) =>
    minorFromDecimal(value ?? 0, currency)
  names.learn('closure', closure.id, 'told')
  return [
    opened(closure.id, closure.register_open_time, place),
    {
      type: 'register.closed',
      ...session(closure.id, place),
      occurredAt: instantFrom(closure.register_close_time, 'register_close_time'),
      data: {
        sessionId: closure.id,
        currency,
        ...(cash !== undefined && {
          expectedCashMinor:
            minor(cash.start_total) + minor(cash.payments_total) - minor(cash.withdrawals_total),
          countedCashMinor: minor(cash.close_total),
        }),
        isSynthetic: false,
      },
    },
  ]
}

function cashOf(closure: RegisterClosure): RegisterClosure['payment_counts'][number] | undefined {
  return closure.payment_counts.find(
    ({ payment_type: type }) => String(type.payment_type_id) === cashTypeId,
  )
}

/**
 * A closed register whose closure has not been told is only noted at first; when the next sweep still
 * finds it so, its webhook is taken for lost.
 */
export function registerEvents(
  register: Register,
  connection: Connection<unknown>,
  names: LearningNames,
): DraftEvent[] {
  const place = findPlace(connection, register.id, register.outlet_id)
  const closureId = register.register_open_sequence_id
  if (place === undefined || !closureId) return []
  const events: DraftEvent[] = []
  if (register.register_open_time)
    events.push(opened(closureId, register.register_open_time, place))
  if (register.is_open || !register.register_close_time) return events

  const noted = names.find('closure', closureId)
  if (noted === undefined) names.learn('closure', closureId, 'seen')
  if (noted !== 'seen') return events
  names.learn('closure', closureId, 'told')
  events.push({
    type: 'register.closed',
    ...session(closureId, place),
    occurredAt: instantFrom(register.register_close_time, 'register_close_time'),
    data: { sessionId: closureId, currency: place.store.currency, isSynthetic: true },
  })
  return events
}

function opened(closureId: string, openTime: string, place: Place): DraftEvent {
  return {
    type: 'register.opened',
    ...session(closureId, place),
    occurredAt: instantFrom(openTime, 'register_open_time'),
    data: { sessionId: closureId, currency: place.store.currency },
  }
}

function session(closureId: string, { store, registerId }: Place) {
  return {
    key: closureId,
    storeId: store.storeId,
    ...(registerId !== undefined && { registerId }),
  }
}
