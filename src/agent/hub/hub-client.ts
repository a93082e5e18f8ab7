/** Calls to the hub: a deadline on each, and its faults as ours. Retrying is for the caller to pace. */
import type { z } from 'zod'
import { Fault, type FaultCode } from '../../base/fault.ts'
import { FaultCodeSchema } from '../../retail/fault-code.ts'
import { exchange, type HubAnswer } from './exchange.ts'

export interface HubRequest {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly body?: string
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

export interface HubClient {
  /** @throws Fault hub_unreachable when the hub is away, else the fault that the hub answered */
  call(request: HubRequest): Promise<HubAnswer>
}

/** @param authorise gives the headers of a call; `renew` after the hub refused them */
export function createHubClient(
  hubUrl: string,
  authorise: (renew: boolean) => Promise<Readonly<Record<string, string>>>,
): HubClient {
  async function call(request: HubRequest): Promise<HubAnswer> {
    const first = await sendToHub(hubUrl, request, await authorise(false))
    const answer =
      first.status === 401 ? await sendToHub(hubUrl, request, await authorise(true)) : first
    if (answer.status >= 400) throw faultOf(answer)
    return answer
  }
  return { call }
}

export async function sendToHub(
  hubUrl: string,
  { path, method = 'POST', body, mediaType, headers, deadlineMs, signal }: HubRequest,
  authorisation: Readonly<Record<string, string>> = {},
): Promise<HubAnswer> {
  const type = body === undefined ? {} : { 'content-type': mediaType ?? 'application/json' }
  try {
    return await exchange(hubUrl + path, {
      method,
      headers: { ...type, ...authorisation, ...headers },
      body,
      deadlineMs,
      signal,
    })
  } catch (cause) {
    throw new Fault('hub_unreachable', { expected: 'an answer in time' }, cause)
  }
}

/** What the hub answered, as the fault it names; anything else is a hub that is not well. */
export function faultOf({ status, text }: HubAnswer): Fault {
  const body = readJson(text) as
    | { code?: unknown; detail?: unknown; expected?: unknown }
    | undefined
  const code = FaultCodeSchema.safeParse(body?.code)
  if (!code.success) return new Fault('hub_unreachable', { answered: status })
  const detail = typeof body?.detail === 'object' ? body.detail : {}
  return new Fault(code.data as FaultCode, {
    ...detail,
    ...(body?.expected !== undefined && { expected: body.expected }),
    answered: status,
  })
}

/** @throws Fault hub_unreachable when the hub answers what the protocol does not hold */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  { text }: HubAnswer,
): z.infer<Schema> {
  const result = schema.safeParse(readJson(text))
  if (!result.success)
    throw new Fault('hub_unreachable', { expected: 'the protocol' }, result.error)
  return result.data
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
