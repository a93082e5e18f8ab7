/**
 * Tokens as keyed hashes (HMAC-SHA-256, key per region): equal values give equal tokens, so that
 * people can be counted and joined, and nobody without the key can test a guess.
 */
import { createHmac } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TokenKind } from '../retail/tokens.ts'
import type { Tokeniser } from './tokeniser.ts'

export interface TokeniserOptions {
  /** 32 bytes or more; every agent of a region has the same. */
  readonly key: Buffer
  /** Told of every value that got a token, so that the vault can keep it. */
  readonly keep: (token: string, kind: TokenKind, raw: string) => void
  /** Employees' and customers' vendor ids are only unique within their connection. */
  readonly connectionId: string
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const cachedMax = 50_000

export function createTokeniser({ key, keep, connectionId }: TokeniserOptions): Tokeniser {
  const cache = new LRUCache<string, string>({ max: cachedMax })

  function hashed(kind: string, value: string): string {
    const cacheKey = `${kind}\u0000${value}`
    const known = cache.get(cacheKey)
    if (known !== undefined) return known
    const hash = base32(createHmac('sha256', key).update(cacheKey).digest())
    cache.set(cacheKey, hash)
    return hash
  }

  return {
    token(kind, raw) {
      const token = `tok_${kind}_${hashed(kind, normalised(kind, raw))}`
      keep(token, kind, raw)
      return token
    },
    customer({ email, phone, externalId }) {
      const identity =
        email !== undefined && email !== ''
          ? `email:${normalised('email', email)}`
          : phone !== undefined && phone !== ''
            ? `phone:${normalised('phone', phone)}`
            : `id:${connectionId}:${externalId}`
      return `tok_customer_${hashed('customer', identity)}`
    },
    employee: (externalId) => `emp_${hashed('employee', `${connectionId}:${externalId}`)}`,
  }
}

/** Spelling that does not matter is taken away before hashing; the vault keeps what was written. */
function normalised(kind: TokenKind, raw: string): string {
  if (kind === 'email') return raw.trim().toLowerCase()
  if (kind === 'phone') return raw.replace(/[^0-9+]/g, '')
  return raw.normalize('NFC').trim()
}

/** 130 bits of the hash in 26 characters. */
function base32(bytes: Buffer): string {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5 && text.length < 26) {
      bits -= 5
      text += alphabet[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return text
}
