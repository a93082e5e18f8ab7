/**
 * Is a webhook genuine? Clover signs nothing: `X-Clover-Auth` is one constant code per app, compared
 * as text, and there is no time in it. (docs.clover.com, "Use webhooks".)
 */
import { parseJson } from '../../base/json.ts'
import { isSame } from '../../base/signature.ts'
import type { Connection, Secrets, Verification, WebhookRequest } from '../connector.ts'
import { Handshake } from './payloads.ts'
import type { CloverSettings } from './settings.ts'

const signatureWrong = { outcome: 'refused', fault: 'signature_wrong' } as const
const signatureMissing = { outcome: 'refused', fault: 'signature_missing' } as const

export function verify(
  request: WebhookRequest,
  connection: Connection<CloverSettings>,
  secrets: Secrets,
): Verification {
  const given = request.headers['x-clover-auth']
  // The address is tried before the code exists, so that call comes without it.
  if (given === undefined) return handshakeOf(request) ?? signatureMissing
  const expected = secrets.webhook
  if (typeof given !== 'string' || !expected || !isSame(given, expected)) return signatureWrong
  const body = bodyOf(request)
  const handshake = handshakeFrom(body)
  if (handshake !== undefined) return handshake
  const appId = (body as { appId?: unknown } | null | undefined)?.appId
  if (typeof appId === 'string' && appId !== connection.settings.appId) return signatureWrong
  return { outcome: 'genuine' }
}

/** A body that cannot be read is for `translate` to name; here it only is no handshake. */
function bodyOf(request: WebhookRequest): unknown {
  try {
    return parseJson(request.body.toString('utf8'))
  } catch {
    return undefined
  }
}

function handshakeOf(request: WebhookRequest): Verification | undefined {
  return request.body.length > 200 ? undefined : handshakeFrom(bodyOf(request))
}

function handshakeFrom(body: unknown): Verification | undefined {
  if (body === null || typeof body !== 'object' || !('verificationCode' in body)) return undefined
  const handshake = Handshake.safeParse(body)
  if (!handshake.success) return undefined
  return {
    outcome: 'handshake',
    says: `Clover's verification code is ${handshake.data.verificationCode}. Paste it into App Settings > Webhooks of the developer dashboard.`,
    reply: { status: 200, body: {} },
  }
}
