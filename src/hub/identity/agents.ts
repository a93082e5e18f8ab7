/** Agents: enrolled once with a key of their own, then short tokens for their stores. */
import { createHash } from 'node:crypto'
import { type CryptoKey, decodeJwt, importJWK, type JWK, jwtVerify } from 'jose'
import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { Fault } from '../../base/fault.ts'
import { type Database, inChain, type Tx } from '../../base/postgres.ts'
import { isSame } from '../../base/signature.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { type EnrolRequest, tokenAudience } from '../../link/protocol.ts'
import type { EnrolledAgent } from '../organisation/file.ts'
import type { AgentClaims } from './keys.ts'
import type { AgentPrincipal } from './principal.ts'

interface AgentRow {
  readonly agent_id: string
  readonly store_ids: string[]
  readonly enrolment_hash: string | null
  readonly enrolment_expires_at: string | null
  readonly public_key: JWK | null
  readonly revoked_at: string | null
}

export interface AgentDirectory {
  /** The organisation file's agents of this region; what is enrolled stays enrolled. */
  save(agents: readonly EnrolledAgent[]): Promise<void>
  isListed(agentId: string): Promise<boolean>
  /** Whom an assertion says it is from, unchecked; to find the cell. @throws Fault unauthenticated */
  subjectOf(assertion: string): string
  /** With the code once; with the same key again it changes nothing. @throws Fault enrolment_refused */
  enrol(request: EnrolRequest): Promise<void>
  /** Checks a private_key_jwt assertion. @throws Fault unauthenticated */
  claimsFor(assertion: string): Promise<AgentClaims>
  /** Whether the agent may still act; known for a few seconds. */
  isActive(agentId: string): Promise<boolean>
  /** Who signs with which key, while it may act; known for a few seconds. */
  signerOf(agentId: string): Promise<Signer | undefined>
}

export interface Signer {
  readonly principal: AgentPrincipal
  readonly key: CryptoKey
}

/** A code not used within a day must be asked for anew. */
const enrolmentHours = 24
const assertionSecondsMax = 120

export function createAgentDirectory(
  { db, ledger, regionId }: { db: Database; ledger: Ledger; regionId: string },
  chainId: string,
): AgentDirectory {
  const active = new LRUCache<string, boolean>({ max: 50_000, ttl: 5_000 })
  const signers = new LRUCache<string, Signer>({ max: 50_000, ttl: 5_000 })
  const find = async (tx: Tx, agentId: string): Promise<AgentRow | undefined> => {
    const { rows } = await sql<AgentRow>`
      select * from agent where chain_id = ${chainId} and agent_id = ${agentId}`.execute(tx)
    return rows[0]
  }

  return {
    save: (agents) =>
      inChain(db, chainId, async (tx) => {
        for (const agent of agents)
          await sql`
            insert into agent (chain_id, agent_id, name, store_ids, enrolment_hash, enrolment_expires_at)
            values (${chainId}, ${agent.agentId}, ${agent.name}, ${agent.storeIds},
              ${agent.enrolmentCodeSha256}, now() + make_interval(hours => ${enrolmentHours}))
            on conflict (chain_id, agent_id) do update
            set name = excluded.name, store_ids = excluded.store_ids,
              enrolment_hash = case when agent.public_key is null then excluded.enrolment_hash end,
              enrolment_expires_at = excluded.enrolment_expires_at`.execute(tx)
      }),

    subjectOf,
    isListed: async (agentId) =>
      (await inChain(db, chainId, (tx) => find(tx, agentId))) !== undefined,

    enrol: ({ agentId, enrolmentCode, publicKey }) =>
      inChain(db, chainId, async (tx) => {
        const agent = await find(tx, agentId)
        // Who has the same key is the same agent: the answer to its first request was lost on the way.
        if (agent && agent.revoked_at === null && isSameKey(agent.public_key, publicKey)) return
        const hash = createHash('sha256').update(enrolmentCode).digest('hex')
        const isGenuine =
          agent?.enrolment_hash != null &&
          agent.revoked_at === null &&
          isSame(agent.enrolment_hash, hash) &&
          Date.parse(agent.enrolment_expires_at ?? '') > Date.now()
        if (!isGenuine) throw new Fault('enrolment_refused', { field: 'enrolmentCode' })
        // Of several that come with the code at once, the first takes it with it.
        const { rows } = await sql`
          update agent set public_key = ${JSON.stringify(publicKey)}::jsonb, enrolled_at = now(),
            enrolment_hash = null
          where chain_id = ${chainId} and agent_id = ${agentId} and enrolment_hash = ${hash}
          returning agent_id`.execute(tx)
        if (rows.length === 0) throw new Fault('enrolment_refused', { field: 'enrolmentCode' })
        await ledger.record(tx, [
          {
            chainId,
            regionId,
            at: new Date().toISOString(),
            kind: 'agent.enrolled',
            actor: { type: 'agent', id: agentId },
            subjectId: agentId,
            body: { storeIds: agent.store_ids },
          },
        ])
      }),

    claimsFor: (assertion) =>
      inChain(db, chainId, async (tx) => {
        const agent = await find(tx, subjectOf(assertion))
        if (agent?.public_key == null || agent.revoked_at !== null)
          throw new Fault('unauthenticated', { field: 'client_assertion' })
        const jti = await verifyAssertion(assertion, agent)
        const { rows } = await sql`
          insert into used_assertion (chain_id, jti, expires_at)
          values (${chainId}, ${`${agent.agent_id}:${jti}`}, now() + interval '5 minutes')
          on conflict do nothing returning jti`.execute(tx)
        if (rows.length === 0) throw new Fault('unauthenticated', { field: 'jti', expected: 'new' })
        await sql`delete from used_assertion where chain_id = ${chainId} and expires_at < now()`.execute(
          tx,
        )
        return { sub: agent.agent_id, chain: chainId, region: regionId, stores: agent.store_ids }
      }),

    async isActive(agentId) {
      const known = active.get(agentId)
      if (known !== undefined) return known
      const agent = await inChain(db, chainId, (tx) => find(tx, agentId))
      const isActive = agent?.public_key != null && agent.revoked_at === null
      active.set(agentId, isActive)
      return isActive
    },

    async signerOf(agentId) {
      const known = signers.get(agentId)
      if (known !== undefined) return known
      const agent = await inChain(db, chainId, (tx) => find(tx, agentId))
      if (agent?.public_key == null || agent.revoked_at !== null) return undefined
      const key = (await importJWK(agent.public_key, 'ES256')) as CryptoKey
      const storeIds = agent.store_ids
      const signer = { key, principal: { kind: 'agent', agentId, chainId, regionId, storeIds } }
      signers.set(agentId, signer as Signer)
      return signer as Signer
    },
  }
}

function subjectOf(assertion: string): string {
  try {
    return decodeJwt(assertion).sub ?? ''
  } catch (cause) {
    throw new Fault('unauthenticated', { field: 'client_assertion' }, cause)
  }
}

async function verifyAssertion(assertion: string, agent: AgentRow): Promise<string> {
  try {
    const key = await importJWK(agent.public_key as JWK, 'ES256')
    const { payload } = await jwtVerify(assertion, key, {
      issuer: agent.agent_id,
      subject: agent.agent_id,
      audience: tokenAudience,
      algorithms: ['ES256'],
      maxTokenAge: assertionSecondsMax,
      requiredClaims: ['jti', 'exp'],
    })
    return String(payload.jti)
  } catch (cause) {
    throw new Fault('unauthenticated', { field: 'client_assertion' }, cause)
  }
}

function isSameKey(known: JWK | null, given: JWK): boolean {
  return known !== null && known.x === given.x && known.y === given.y
}
