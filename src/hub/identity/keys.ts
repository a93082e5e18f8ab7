/** The hub's own tokens: sessions of people and access of agents, signed with one key (HS256). */
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'

const AgentClaims = z.object({
  sub: z.string(),
  chain: z.string(),
  region: z.string(),
  stores: z.array(z.string()),
})
const SessionClaims = z.object({ sub: z.string(), chain: z.string() })

export type AgentClaims = z.infer<typeof AgentClaims>
export type SessionClaims = z.infer<typeof SessionClaims>

export const agentTokenSeconds = 600
export const sessionSeconds = 8 * 3600

export interface Keys {
  signAgent(claims: AgentClaims): Promise<string>
  /** @throws Fault unauthenticated */
  readAgent(token: string): Promise<AgentClaims>
  signSession(claims: SessionClaims): Promise<string>
  /** @throws Fault unauthenticated */
  readSession(token: string): Promise<SessionClaims>
}

export function createKeys(sessionKey: string): Keys {
  const key = new Uint8Array(Buffer.from(sessionKey, 'base64'))
  const issuer = 'tillway'

  const sign = (claims: { sub: string }, audience: string, seconds: number) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(key)

  async function read<Claims>(
    token: string,
    audience: string,
    schema: z.ZodType<Claims>,
  ): Promise<Claims> {
    try {
      const { payload } = await jwtVerify(token, key, { issuer, audience, algorithms: ['HS256'] })
      return schema.parse(payload)
    } catch (cause) {
      throw new Fault('unauthenticated', {}, cause)
    }
  }

  return {
    signAgent: (claims) => sign(claims, 'agent', agentTokenSeconds),
    readAgent: (token) => read(token, 'agent', AgentClaims),
    signSession: (claims) => sign(claims, 'console', sessionSeconds),
    readSession: (token) => read(token, 'console', SessionClaims),
  }
}
