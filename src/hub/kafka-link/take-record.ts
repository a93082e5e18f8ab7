/** One record of an agent: whose it is by its signature, then the same checks as a request's. */
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import {
  Received,
  readSignature,
  recordKeyOf,
  signatureHeader,
  verifyRecord,
} from '../../link/signed-record.ts'
import type { InletRecord, TakeRecord } from '../../stream/kafka-inlet.ts'
import { type DeliveryDeps, noteReceived } from '../dispatch/deliver.ts'
import type { AgentDirectory } from '../identity/agents.ts'
import type { AgentPrincipal } from '../identity/principal.ts'
import { type Gap, type IngestDeps, prepareIngest } from '../ingest.ts'

export interface TakerDeps extends Omit<IngestDeps, 'db'>, Omit<DeliveryDeps, 'db'> {
  readonly agents: AgentDirectory
  /** So long what is missing before a batch is waited for. Default 30,000. */
  readonly gapMsMax?: number | undefined
  /** A batch is taken in although what was before it is missing. */
  onGap(gap: Gap): void
}

export function createRecordTaker(deps: TakerDeps): (record: InletRecord) => Promise<TakeRecord> {
  const { agents, gate, gapMsMax = 30_000, onGap } = deps

  async function authenticate({ key, headers, value }: InletRecord) {
    const signature = headers.get(signatureHeader) ?? ''
    const { agentId, kind } = readSignature(signature)
    const signer = await agents.signerOf(agentId)
    if (signer === undefined) throw new Fault('unauthenticated', { field: 'kid', agentId })
    await verifyRecord(signer.key, signature, value)
    const { principal } = signer
    // By its key it is in order with the agent's other records.
    const expected = recordKeyOf(principal.chainId, agentId)
    if (key !== expected) throw new Fault('unauthenticated', { field: 'key', expected })
    return { principal, kind }
  }

  function takeReceived(principal: AgentPrincipal, value: string): TakeRecord {
    const { received } = parse(Received, parseJson(value), 'request_malformed')
    for (const id of principal.storeIds)
      gate.require(principal, 'commands.poll', { type: 'Store', id })
    return (tx) => noteReceived(tx, deps, principal, received)
  }

  function takeEvents(principal: AgentPrincipal, value: string): TakeRecord {
    const batch = parseJson(value)
    if (!Array.isArray(batch))
      throw new Fault('request_malformed', { field: '(whole)', expected: 'a batch' })
    gate.require(principal, 'agent.report', { type: 'Chain', id: principal.chainId })
    const take = prepareIngest(deps, principal, batch)
    return async (tx, waitedMs) => void (await take(tx, waitedMs > gapMsMax ? onGap : undefined))
  }

  return async (record) => {
    const { principal, kind } = await authenticate(record)
    return kind === 'events'
      ? takeEvents(principal, record.value)
      : takeReceived(principal, record.value)
  }
}
