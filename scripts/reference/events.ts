/** `docs/reference/events.md`: each event type with its fields, from the schemas themselves. */
import { Envelope, eventClockLimits } from '../../src/retail/event.ts'
import { events } from '../../src/retail/events.ts'
import { code, page, table } from './markdown.ts'
import { fieldRows } from './schema-fields.ts'

export function eventsPage(): string {
  const listed = Object.entries(events)
  const { futureMsMax, ageMsMax } = eventClockLimits
  return page(
    'Events',
    'An event is a fact from a store. On the wire it is a CloudEvent 1.0 in JSON. Money is in whole ' +
      'minor units. Personal and payment values are never in an event: a token stands for each. Keys ' +
      'that a schema does not name are dropped.',
    `An event may say that it happened at most ${futureMsMax / 60_000} minutes from now, and at most ` +
      `${ageMsMax / 86_400_000} days ago.`,
    table(
      ['type', 'data class'],
      listed.map(([type, { classification }]) => [
        `[${type}](#${type.replaceAll('.', '')})`,
        code(classification),
      ]),
    ),
    '## Envelope',
    'What every event has besides its data.',
    fields(fieldRows(Envelope)),
    ...listed.flatMap(([type, { data }]) => [`## ${type}`, fields(fieldRows(data))]),
  )
}

function fields(rows: readonly (readonly string[])[]): string {
  return table(['field', 'required', 'value'], rows)
}
