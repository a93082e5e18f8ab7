/** A route as a value: its schemas make the check and the OpenAPI document, its gate is counted. */
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { HubContext } from '../context.ts'
import type { Gate } from '../identity/gate.ts'
import type { AgentPrincipal, PersonPrincipal } from '../identity/principal.ts'

interface Principals {
  readonly anyone: undefined
  readonly agent: AgentPrincipal
  readonly person: PersonPrincipal
}
export type Who = keyof Principals

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined

export interface RouteRequest<By extends Who, Params, Query, Body> {
  readonly context: HubContext
  readonly principal: Principals[By]
  /** Asked at least once by every route that is not for anyone, else the answer is withheld. */
  readonly gate: Gate
  readonly params: Parsed<Params>
  readonly query: Parsed<Query>
  readonly body: Parsed<Body>
  /** Aborted when the caller goes away, and when the hub stops: then answer with what there is. */
  readonly signal: AbortSignal
  /** For cookies and streams only. */
  readonly reply: FastifyReply
}

export interface Route<
  By extends Who = Who,
  Params extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodType | undefined = z.ZodType | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As in OpenAPI: `/v1/threads/{traceId}`. */
  readonly path: string
  readonly summary: string
  readonly tag: 'agents' | 'people' | 'operation'
  readonly by: By
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly bodyType?: string
  readonly bodyBytesMax?: number
  /** `undefined`: nothing (204); a media type: a stream or a text. */
  readonly answers: z.ZodType | string | undefined
  handle(request: RouteRequest<By, Params, Query, Body>): Promise<unknown>
}

export function defineRoute<
  By extends Who,
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(route: Route<By, Params, Query, Body>): Route {
  return route as unknown as Route
}
