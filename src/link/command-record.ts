/** A command as a record of Kafka: CloudEvents' binary mode, the command itself as the data. */
import { Command } from '../actions/command.ts'
import { Fault } from '../base/fault.ts'
import { parseJson } from '../base/json.ts'
import { parse } from '../base/parse.ts'
import { type BinaryEvent, headerPrefix } from '../retail/cloudevents-binary.ts'
import { traceIdOf } from '../retail/event.ts'

const type = 'command.issued'

export function toCommandRecord(command: Command): BinaryEvent {
  const attributes = {
    specversion: '1.0',
    id: command.commandId,
    source: `/regions/${command.regionId}`,
    type,
    time: command.issuedAt,
    partitionkey: command.storeId,
    correlationid: traceIdOf(command),
    causationid: command.causationId,
    traceparent: command.traceparent,
    expirytime: command.expiresAt,
  }
  const headers = new Map([['content-type', 'application/json']])
  for (const [name, value] of Object.entries(attributes)) headers.set(headerPrefix + name, value)
  return { headers, value: JSON.stringify(command) }
}

/** @throws Fault request_malformed naming the field */
export function fromCommandRecord({ headers, value }: BinaryEvent): Command {
  if (headers.get(`${headerPrefix}type`) !== type)
    throw new Fault('request_malformed', { field: `${headerPrefix}type`, expected: type })
  return parse(Command, parseJson(value), 'request_malformed')
}
