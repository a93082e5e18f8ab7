/** Square's idempotency: the same key with the same body gives the first result again. */

import { createHash } from 'node:crypto'
import { type Account, of } from './account.ts'
import { badRequest, type Json } from './wire.ts'

interface First {
  readonly bodyHash: string
  readonly result: Json
}

/** Only results are remembered: a request that failed may be sent again as it was. */
export function once(
  account: Account,
  key: string | undefined,
  body: unknown,
  work: () => Json,
): Json {
  if (key === undefined) return work()
  if (key.length > 45)
    throw badRequest('VALUE_TOO_LONG', 'At most 45 characters.', 'idempotency_key')
  const { documents } = account
  const bodyHash = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const first = documents.get<First>(of(account).idempotency, key)?.value
  if (first !== undefined) {
    if (first.bodyHash === bodyHash) return first.result
    throw badRequest(
      'IDEMPOTENCY_KEY_REUSED',
      'The idempotency key was used with another request.',
      'idempotency_key',
    )
  }
  return documents.transaction(() => {
    const result = work()
    documents.put(of(account).idempotency, key, { bodyHash, result }, account.nowMs())
    return result
  })
}
