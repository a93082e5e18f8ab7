/**
 * What an agent writes to Kafka, signed with the key that it enrolled: whoever may write to the topic
 * can still not speak for another agent. A JWS (ES256) whose payload is the record's value, detached
 * (RFC 7515, appendix F), in the header `tillway_signature`.
 */
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import { parse } from '../base/parse.ts'
import { CommandPoll } from './protocol.ts'

export const signatureHeader = 'tillway_signature'

/** By the signature's `typ`, so that one kind cannot be passed off as another, nor as an assertion. */
const kinds = {
  /** A run of the outbox, as POST /v1/events takes it. */
  'tillway-events+jws': 'events',
  /** `Received`. */
  'tillway-received+jws': 'received',
} as const
type RecordType = keyof typeof kinds
export type RecordKind = (typeof kinds)[RecordType]

const Header = z.object({
  alg: z.literal('ES256'),
  kid: z.string().min(1).max(100),
  typ: z.enum(Object.keys(kinds) as [RecordType, ...RecordType[]]),
})

/** Commands that are safe in the agent's inbox. */
export const Received = CommandPoll.pick({ received: true })

const signatureBytesMax = 2_000

/** Each agent's records have one key, so that they stay in the order of its outbox. */
export function recordKeyOf(chainId: string, agentId: string): string {
  return `${chainId}/${agentId}`
}

export async function signRecord(
  key: CryptoKey,
  agentId: string,
  kind: RecordKind,
  value: string,
): Promise<string> {
  const [typ] = Object.entries(kinds).find(([, named]) => named === kind) ?? []
  const jws = await new CompactSign(Buffer.from(value))
    .setProtectedHeader({ alg: 'ES256', kid: agentId, typ: typ ?? '' })
    .sign(key)
  const [header, , signature] = jws.split('.')
  return `${header}..${signature}`
}

/** Whom and what a signature says it is from, unchecked. @throws Fault unauthenticated */
export function readSignature(text: string | undefined): { agentId: string; kind: RecordKind } {
  try {
    if (text === undefined || text.length > signatureBytesMax) throw new Error('no signature')
    const { kid, typ } = parse(Header, decodeProtectedHeader(text), 'unauthenticated')
    return { agentId: kid, kind: kinds[typ] }
  } catch (cause) {
    throw new Fault('unauthenticated', { field: signatureHeader }, cause)
  }
}

/** @throws Fault unauthenticated */
export async function verifyRecord(key: CryptoKey, text: string, value: string): Promise<void> {
  const [header, detached, signature, ...rest] = text.split('.')
  try {
    if (detached !== '' || rest.length > 0) throw new Error('not detached')
    const payload = Buffer.from(value).toString('base64url')
    await compactVerify(`${header}.${payload}.${signature}`, key, { algorithms: ['ES256'] })
  } catch (cause) {
    throw new Fault('unauthenticated', { field: signatureHeader }, cause)
  }
}
