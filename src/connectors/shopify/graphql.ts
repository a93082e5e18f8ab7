/**
 * One GraphQL call. Shopify counts cost, not calls: a query that the bucket cannot pay for is
 * answered 200 with the error THROTTLED, was not carried out, and may go again once enough has
 * been restored (shopify.dev/api/usage/rate-limits).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { Fault } from '../../base/fault.ts'
import { parse } from '../../base/parse.ts'
import type { ApiContext } from '../connector.ts'
import { apiVersion, type ShopifySettings } from './settings.ts'

export type ShopifyApi = ApiContext<ShopifySettings>

const Answer = z.looseObject({
  data: z.unknown().optional(),
  errors: z
    .union([
      z.string(),
      z.array(
        z.looseObject({
          message: z.string(),
          extensions: z.looseObject({ code: z.string().optional() }).optional(),
        }),
      ),
    ])
    .optional(),
  extensions: z
    .looseObject({
      cost: z
        .looseObject({
          requestedQueryCost: z.number(),
          throttleStatus: z.looseObject({
            currentlyAvailable: z.number(),
            restoreRate: z.number().positive(),
          }),
        })
        .optional(),
    })
    .optional(),
})
type Answer = z.infer<typeof Answer>

const path = `/admin/api/${apiVersion}/graphql.json`
const throttledAttemptsMax = 6
const waitMsMax = 30_000

/** @throws Fault vendor_throttled | vendor_unauthorised | vendor_refused | vendor_answer_malformed */
export async function ask<Data>(
  { api }: ShopifyApi,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  Data: z.ZodType<Data>,
): Promise<{ data: Data; date: string | null }> {
  for (let attempt = 1; ; attempt += 1) {
    // All our mutations set values, so each may be repeated.
    const json = { query, variables }
    const response = await api.request({ method: 'POST', path, json, isRepeatable: true })
    if (response.status === 401 || response.status === 403)
      throw new Fault('vendor_unauthorised', { status: response.status })
    if (response.status !== 200) throw new Fault('vendor_refused', { status: response.status })
    const answer = parse(Answer, response.body, 'vendor_answer_malformed')
    const error = typeof answer.errors === 'string' ? answer.errors : answer.errors?.[0]
    if (error === undefined)
      return {
        data: parse(Data, answer.data, 'vendor_answer_malformed'),
        date: response.headers.get('date'),
      }
    const code = typeof error === 'string' ? undefined : error.extensions?.code
    if (code !== 'THROTTLED')
      throw new Fault('vendor_refused', {
        says: typeof error === 'string' ? error : error.message,
        ...(code !== undefined && { vendorCode: code }),
      })
    if (attempt >= throttledAttemptsMax) throw new Fault('vendor_throttled', { attempts: attempt })
    await sleep(restoreMs(answer))
  }
}

/** Until the bucket can pay for the query; a little more, since others draw from it too. */
function restoreMs(answer: Answer): number {
  const cost = answer.extensions?.cost
  if (cost === undefined) return 1000
  const { currentlyAvailable, restoreRate } = cost.throttleStatus
  const seconds = Math.max(cost.requestedQueryCost - currentlyAvailable, 1) / restoreRate
  return Math.min(seconds * 1000 * (1 + Math.random() / 4) + 10, waitMsMax)
}
