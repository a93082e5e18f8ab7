/** Who this agent is to the hub: a key made here and never leaving, enrolled once, traded for short tokens. */

import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { Fault } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import { EnrolRequest, EnrolResponse, TokenResponse, tokenAudience } from '../../link/protocol.ts'
import type { Meta } from '../storage/meta.ts'
import { faultOf, readAnswer, sendToHub } from './hub-client.ts'

export interface Identity {
  readonly isEnrolled: boolean
  /** What the hub knows this agent by. */
  readonly key: CryptoKey
  /** What the hub said then; enrols first where that is still to do. */
  enrolled(): Promise<EnrolResponse>
  /** Headers of an authorised call; enrols first where that is still to do. */
  authorise(renew: boolean): Promise<Readonly<Record<string, string>>>
}

export interface IdentityOptions {
  readonly agentId: string
  readonly hubUrl: string
  readonly enrolmentCode: string | undefined
  readonly dataDir: string
  readonly meta: Meta
  readonly log: Logger
}

const deadlineMs = 10_000
const tokenSpareMs = 30_000
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { agentId, hubUrl, meta } = options
  const jwk = await readOrMakeKey(join(options.dataDir, 'agent-key.json'))
  const key = (await importJWK(jwk, 'ES256')) as CryptoKey
  let token: { text: string; endsAtMs: number } | undefined
  let asking: Promise<string> | undefined
  let enrolling: Promise<EnrolResponse> | undefined

  /** The code works once: all who need it wait for the same answer. */
  function enrolled(): Promise<EnrolResponse> {
    const known = meta.get('enrolment')
    if (known !== undefined) return Promise.resolve(EnrolResponse.parse(JSON.parse(known)))
    enrolling ??= enrol().finally(() => {
      enrolling = undefined
    })
    return enrolling
  }

  async function enrol(): Promise<EnrolResponse> {
    if (options.enrolmentCode === undefined)
      throw new Fault('enrolment_refused', {
        field: 'enrolmentCode',
        expected: 'a code from central IT, on the first start',
      })
    const { x = '', y = '' } = jwk
    const request = EnrolRequest.parse({
      agentId,
      enrolmentCode: options.enrolmentCode,
      publicKey: { kty: 'EC', crv: 'P-256', x, y },
    })
    const body = JSON.stringify(request)
    const answer = await sendToHub(hubUrl, { path: '/v1/agents/enrol', body, deadlineMs })
    if (answer.status >= 400) throw faultOf(answer)
    const response = readAnswer(EnrolResponse, answer)
    meta.set('enrolment', JSON.stringify(response))
    options.log.info({ agentId }, 'enrolled at the hub')
    return response
  }

  async function assertion(): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(agentId)
      .setSubject(agentId)
      .setAudience(tokenAudience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(key)
  }

  async function askToken(): Promise<string> {
    await enrolled()
    const body = JSON.stringify({
      grant_type: 'client_credentials',
      client_assertion_type: assertionType,
      client_assertion: await assertion(),
    })
    const answer = await sendToHub(hubUrl, { path: '/v1/token', body, deadlineMs })
    if (answer.status >= 400) throw faultOf(answer)
    const { access_token, expires_in } = readAnswer(TokenResponse, answer)
    token = { text: access_token, endsAtMs: Date.now() + expires_in * 1000 }
    return access_token
  }

  return {
    get isEnrolled() {
      return meta.get('enrolment') !== undefined
    },
    key,
    enrolled,
    async authorise(renew) {
      if (renew) token = undefined
      const isGood = token !== undefined && token.endsAtMs - tokenSpareMs > Date.now()
      if (isGood && token !== undefined) return { authorization: `Bearer ${token.text}` }
      asking ??= askToken().finally(() => {
        asking = undefined
      })
      return { authorization: `Bearer ${await asking}` }
    },
  }
}

async function readOrMakeKey(path: string): Promise<JWK> {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as JWK
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  writeFileSync(path, JSON.stringify(jwk), { mode: 0o600, flag: 'wx' })
  return jwk
}
