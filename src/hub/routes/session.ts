/** Signing in. Until an issuer is connected, people are personas of the organisation file. */
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { idSchema } from '../../base/ids.ts'
import { inChain } from '../../base/postgres.ts'
import type { HubContext } from '../context.ts'
import { readSession, sessionCookie } from '../http/identify.ts'
import { defineRoute } from '../http/route.ts'
import { sessionSeconds } from '../identity/keys.ts'
import { Persona, Session } from '../views.ts'

function sessionOf(context: HubContext, person: Persona): Session {
  return { person, chain: context.organisation.chain, regions: [...context.cells.keys()] }
}

function assertDemo(context: HubContext): void {
  if (!context.config.demoSignIn)
    throw new Fault('forbidden', { field: 'demoSignIn', expected: 'true on a demonstration hub' })
}

/** Who signed in stands in every region's ledger that the person could look into. */
async function recordSession(
  context: HubContext,
  personId: string,
  kind: 'session.started' | 'session.ended',
): Promise<void> {
  const { chainId } = context.organisation.chain
  for (const { db, ledger, regionId } of context.cells.values())
    await inChain(db, chainId, (tx) =>
      ledger.record(tx, [
        {
          chainId,
          regionId,
          at: new Date().toISOString(),
          kind,
          actor: { type: 'person', id: personId },
          subjectId: personId,
          body: { by: 'demo_sign_in' },
        },
      ]),
    )
}

const personas = defineRoute({
  method: 'GET',
  path: '/v1/personas',
  summary: 'Who can sign in on a demonstration hub',
  tag: 'people',
  by: 'anyone',
  answers: z.object({ items: z.array(Persona) }),
  async handle({ context }) {
    assertDemo(context)
    return { items: context.organisation.people }
  },
})

const signIn = defineRoute({
  method: 'POST',
  path: '/v1/session',
  summary: 'Sign in as a persona of the demonstration',
  tag: 'people',
  by: 'anyone',
  body: z.object({ personId: idSchema('person') }),
  answers: Session,
  async handle({ context, body, reply }) {
    assertDemo(context)
    const person = context.organisation.person(body.personId)
    if (person === undefined) throw new Fault('not_found', { field: 'personId' })
    const { chainId } = context.organisation.chain
    const value = await context.keys.signSession({ sub: person.personId, chain: chainId })
    await recordSession(context, person.personId, 'session.started')
    void reply.setCookie(sessionCookie, value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      maxAge: sessionSeconds,
    })
    return sessionOf(context, person)
  },
})

const current = defineRoute({
  method: 'GET',
  path: '/v1/session',
  summary: 'Who is signed in',
  tag: 'people',
  by: 'anyone',
  answers: Session,
  async handle({ context, reply }) {
    const cookie = reply.request.cookies[sessionCookie]
    if (cookie === undefined) throw new Fault('unauthenticated')
    const { person } = await readSession(context, cookie)
    return sessionOf(context, person)
  },
})

const signOut = defineRoute({
  method: 'DELETE',
  path: '/v1/session',
  summary: 'Sign out',
  tag: 'people',
  by: 'anyone',
  answers: undefined,
  async handle({ context, reply }) {
    const cookie = reply.request.cookies[sessionCookie]
    if (cookie !== undefined) {
      const known = await readSession(context, cookie).catch(() => undefined)
      if (known !== undefined) await recordSession(context, known.person.personId, 'session.ended')
    }
    void reply.clearCookie(sessionCookie, { path: '/' })
  },
})

export const sessionRoutes = [personas, signIn, current, signOut]
