/** Identifiers: prefixed random ones for what we make, deterministic UUIDs for what we are told. */
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

const prefixes = {
  chain: 'chn',
  district: 'dis',
  store: 'str',
  register: 'reg',
  employee: 'emp',
  agent: 'agt',
  connection: 'con',
  person: 'per',
  proposal: 'prp',
  approval: 'apr',
  command: 'cmd',
  document: 'doc',
  run: 'run',
} as const

export type IdKind = keyof typeof prefixes

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz' // Crockford's base 32

/** A new id such as `cmd_01k…`: 48 bits of time, 80 random, so that ids sort by their making. */
export function newId(kind: IdKind): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let index = 0; index < 26; index += 1) {
    text = alphabet[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return `${prefixes[kind]}_${text}`
}

/** Ids are also given by people (`str_berlin_1`), so only the prefix and the alphabet are fixed. */
export function idSchema(kind: IdKind) {
  return z.string().regex(new RegExp(`^${prefixes[kind]}_[0-9A-Za-z_-]{1,120}$`), {
    error: `an id like ${prefixes[kind]}_…`,
  })
}

/** The same parts always give the same UUID (version 8, RFC 9562, over SHA-256). */
export function deterministicUuid(...parts: string[]): string {
  const hex = createHash('sha256').update(parts.join('\u0000')).digest('hex')
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
