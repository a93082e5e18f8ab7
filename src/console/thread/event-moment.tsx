/** A fact from the store. */
import type { EventView } from '../../hub/views.ts'
import { formatMoney } from '../base/money.ts'
import { fullTime } from '../base/time.ts'
import { amountOf, sayName } from '../words/events.ts'
import { Details } from './details.tsx'
import { Facts } from './facts.tsx'

export function EventMoment({ event, zone }: { event: EventView; zone: string | undefined }) {
  const amount = amountOf(event)
  return (
    <>
      <Facts
        facts={[
          ['Event', sayName(event.type)],
          ['Store', event.storeName],
          ['Register', event.registerId],
          ['Amount', amount ? formatMoney(amount.minor, amount.currency) : undefined],
          ['Happened', fullTime(event.occurredAt, zone)],
        ]}
      />
      <Details label="Data of the event" data={event.data} />
    </>
  )
}
