/**
 * Where registers ask and wait: the vendor's own hook, whose address holds a secret, and the
 * companion's, signed by Standard Webhooks.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault } from '../../base/fault.ts'
import { parseJson } from '../../base/json.ts'
import { parse } from '../../base/parse.ts'
import { isSame } from '../../base/signature.ts'
import { verifyWebhook } from '../../base/standard-webhooks.ts'
import type { QuestionAnswer, QuestionHook, WebhookRequest } from '../../connectors/connector.ts'
import type { ReturnAnswer } from '../../retail/governed.ts'
import type { Connections, LiveConnection, RegisterPlace } from '../connections.ts'
import type { Intake } from '../intake.ts'
import { answerCart } from '../questions/carts.ts'
import { CompanionQuestion, draftOf, returnIdOf } from '../questions/companion.ts'
import type { ReturnDesk } from '../questions/returns.ts'
import type { Answers } from '../storage/answers.ts'
import { bodyOf } from './door.ts'

export interface QuestionDeps {
  readonly connections: Connections
  readonly intake: Intake
  readonly desk: ReturnDesk
  readonly answers: Answers
}

type HookPath = { Params: { connectionId: string; secret: string } }
type CompanionPath = { Params: { registerId: string } }
type AnswerPath = { Params: { registerId: string; questionId: string } }

export function questionRoutes(app: FastifyInstance, deps: QuestionDeps): void {
  app.post<HookPath>(
    '/questions/:connectionId/:secret',
    async ({ params, headers, body }, reply) => {
      const { live, hook } = findHook(deps.connections, params)
      const request = { headers, body: bodyOf(body) }
      const verification = hook.verify(request, live.connection, live.secrets)
      if (verification.outcome === 'refused') throw new Fault(verification.fault)
      const answer =
        verification.outcome === 'handshake'
          ? verification.reply
          : hook.reply(await answerHook(deps, live, hook, request), request)
      return reply.code(answer.status).send(answer.body)
    },
  )

  app.post<CompanionPath>('/registers/:registerId/questions', async (request) => {
    const place = findPlace(deps.connections, request.params.registerId)
    const text = verified(place, request)
    const question = parse(CompanionQuestion, parseJson(text), 'payload_malformed')
    return said(await deps.desk.ask(place.live, draftOf(question, place)))
  })

  app.get<AnswerPath>('/registers/:registerId/questions/:questionId', async (request) => {
    const { registerId, questionId } = request.params
    const place = findPlace(deps.connections, registerId)
    verified(place, request)
    // Nothing but the id is signed with an empty body, so it has to name the question.
    if (!String(request.headers['webhook-id']).startsWith(`${questionId}.`))
      throw new Fault('signature_wrong', { field: 'webhook-id', expected: `${questionId}.…` })
    const asked = deps.answers.find(returnIdOf(place.live.connection.connectionId, questionId))
    if (asked?.answer === undefined || asked.storeId !== place.store.storeId)
      throw new Fault('not_found', { field: 'questionId' })
    return said(asked.answer)
  })
}

async function answerHook(
  { intake, desk }: QuestionDeps,
  live: LiveConnection,
  hook: QuestionHook<unknown>,
  request: WebhookRequest,
): Promise<QuestionAnswer | undefined> {
  const draft = hook.read(request, live.context)
  if (draft === undefined) return undefined
  if (draft.type === 'cart.ready_for_payment') return answerCart(intake, live, draft)
  return desk.ask(live, draft)
}

/** A wrong secret and a connection without a hook look the same from outside. */
function findHook(connections: Connections, { connectionId, secret }: HookPath['Params']) {
  const live = connections.byId.get(connectionId)
  const expected = live?.secrets.question
  const hook = live?.connector.questions
  if (live === undefined || hook === undefined || expected === undefined)
    throw new Fault('connection_unknown', { field: 'connectionId' })
  if (!isSame(secret, expected)) throw new Fault('connection_unknown', { field: 'connectionId' })
  return { live, hook }
}

function findPlace(connections: Connections, registerId: string): RegisterPlace {
  const place = connections.byRegister.get(registerId)
  if (place === undefined) throw new Fault('register_unknown', { field: 'registerId' })
  return place
}

function verified({ live }: RegisterPlace, { headers, body }: FastifyRequest): string {
  const secret = live.secrets.companion
  // Without a secret nobody can have signed it.
  if (secret === undefined) throw new Fault('signature_wrong', { field: 'webhook-signature' })
  const text = bodyOf(body).toString('utf8')
  verifyWebhook(secret, headers, text, Date.now() / 1000)
  return text
}

function said({ verdict, why, decidedBy }: ReturnAnswer) {
  return { verdict, why, decidedBy }
}
