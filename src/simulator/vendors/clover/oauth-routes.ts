/** OAuth v2 and the one button of the developer dashboard that matters here. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { habits } from './bundler.ts'
import type { Shop } from './shop.ts'

const badCode = { message: 'Failed to validate authentication code.' }

export function oauthRoutes(app: FastifyInstance, shops: ReadonlyMap<string, Shop>): void {
  /** In place of the merchant's own yes in the browser: `merchant_id` chooses who it is. */
  app.get('/oauth/v2/authorize', (request, reply) => {
    const query = request.query as Record<string, string | undefined>
    const shop = shops.get(query.client_id ?? '')
    const merchantId = query.merchant_id ?? shop?.account.stores[0]?.externalId
    if (shop === undefined || merchantId === undefined || query.redirect_uri === undefined)
      return reply.code(400).send({ message: 'Bad Request' })
    const callback = new URL(query.redirect_uri)
    callback.searchParams.set('merchant_id', merchantId)
    callback.searchParams.set('client_id', shop.appId)
    callback.searchParams.set('code', shop.grants.authorise(merchantId))
    if (query.state !== undefined) callback.searchParams.set('state', query.state)
    return reply.redirect(callback.href)
  })
  app.post('/oauth/v2/token', (request, reply) => {
    const body = (request.body ?? {}) as Record<string, unknown>
    const shop = shops.get(String(body.client_id))
    const secret = shop?.account.secrets.client_secret
    if (shop === undefined || secret === undefined || body.client_secret !== secret)
      return reply.code(401).send({ message: '401 Unauthorized' })
    reply.header('date', new Date(shop.nowMs()).toUTCString())
    return shop.grants.exchange(String(body.code)) ?? reply.code(400).send(badCode)
  })
  app.post('/oauth/v2/refresh', (request, reply) => {
    const body = (request.body ?? {}) as Record<string, unknown>
    const shop = shops.get(String(body.client_id))
    if (shop !== undefined) reply.header('date', new Date(shop.nowMs()).toUTCString())
    const answer = shop?.grants.refresh(String(body.refresh_token))
    return answer ?? reply.code(400).send({ message: 'Invalid refresh token' })
  })
  /** "Send Verification Code" under App Settings > Webhooks. */
  app.post('/developer/apps/:appId/webhooks/verification', (request, reply) => {
    const shop = shops.get((request.params as { appId: string }).appId)
    if (shop === undefined) return reply.code(404).send({ message: 'Not Found' })
    const verificationCode = randomUUID()
    shop.send({
      url: shop.account.webhookUrl,
      body: JSON.stringify({ verificationCode }),
      headers: () => ({ 'content-type': 'application/json' }),
      habits: { ...habits, mayDrop: false, mayDuplicate: false },
    })
    return { verificationCode }
  })
}
