/** Tokens: what stands for a personal or payment value everywhere outside the agent's vault. */
import { z } from 'zod'

/** What a token stands for; part of the token, so that a wrong one is seen. */
export const TokenKind = z.enum([
  'customer', // one person across the chain, whatever the vendor
  'email',
  'phone',
  'name',
  'address',
  'birthday',
  'card', // a payment instrument
  'text', // free text, kept whole because it may name somebody
])
export type TokenKind = z.infer<typeof TokenKind>

/** `tok_email_` and 26 characters of base 32: a keyed hash, the same for the same value in a region. */
export function tokenSchema(kind: TokenKind) {
  return z
    .string()
    .regex(new RegExp(`^tok_${kind}_[0-9a-z]{26}$`), { error: `a token like tok_${kind}_…` })
}

export const CustomerToken = tokenSchema('customer')
