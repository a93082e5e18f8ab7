/** One entry per feed: the query it asks, and what its page means. */
import { type Instant, instantFrom } from '../../base/time.ts'
import { type ConnectedStore, type LookupResult, nothing, type Translation } from '../connector.ts'
import {
  CustomersAnswer,
  LevelsAnswer,
  type OrderAnswer,
  OrdersAnswer,
  type PageInfo,
  ProductsAnswer,
  RefundsAnswer,
  type SessionAnswer,
  SessionsAnswer,
  StaffPageAnswer,
} from './answers.ts'
import * as documents from './documents.ts'
import { levelAnswered, productAnswered } from './goods.ts'
import { ask, type ShopifyApi } from './graphql.ts'
import { gid, numberOf } from './ids.ts'
import { hasStaff } from './lookups.ts'
import { orderTold } from './orders.ts'
import { customerAnswered, staffAnswered } from './people.ts'
import { refundTold } from './refunds.ts'
import { sessionClosed, sessionOpened } from './sessions.ts'

/** One page of one feed: what it holds, and the times of change in it. */
export interface FeedPage {
  readonly translations: readonly Translation[]
  readonly changedAt: readonly string[]
  readonly pageInfo: PageInfo
}

/** Asks for the page after `after` of what changed at or after `since`. */
export type Feed = (
  from: { since: Instant; after: string | null },
  context: ShopifyApi,
) => Promise<FeedPage>

const noMore = { hasNextPage: false, endCursor: null } as const

export const feeds: Readonly<Record<string, Feed>> = {
  async products({ since, after }, context) {
    const variables = { query: `updated_at:>='${since}'`, after, afterVariant: null }
    const { data } = await ask(context, documents.productsPage, variables, ProductsAnswer)
    const { nodes, pageInfo } = data.products
    return {
      pageInfo,
      changedAt: nodes.map(({ updatedAt }) => updatedAt),
      translations: nodes.map((product) =>
        product.variants.pageInfo.hasNextPage
          ? asked('product', product.id)
          : productAnswered(product, context),
      ),
    }
  },

  async customers({ since, after }, context) {
    const variables = { query: `updated_at:>='${since}'`, after }
    const { data } = await ask(context, documents.customersPage, variables, CustomersAnswer)
    const { nodes, pageInfo } = data.customers
    return {
      pageInfo,
      changedAt: nodes.map(({ updatedAt }) => updatedAt),
      translations: nodes.map((customer) => customerAnswered(customer, context)),
    }
  },

  async staff({ since, after }, context) {
    const { data, date } = await ask(context, documents.staffPage, { after }, StaffPageAnswer)
    const shopTime = date === null ? Number.NaN : Date.parse(date)
    const seenAt = Number.isNaN(shopTime) ? since : new Date(shopTime).toISOString()
    return {
      pageInfo: data.staffMembers?.pageInfo ?? noMore,
      changedAt: [],
      translations: [staffAnswered(data.staffMembers?.nodes ?? [], seenAt, context)],
    }
  },

  async orders({ since, after }, context) {
    const query = `updated_at:>='${since}' AND source_name:pos`
    const variables = { query, after, withStaff: hasStaff(context) }
    const { data } = await ask(context, documents.ordersPage, variables, OrdersAnswer)
    const { nodes, pageInfo } = data.orders
    return {
      pageInfo,
      changedAt: nodes.map(({ updatedAt }) => updatedAt),
      translations: nodes.map((order) => saleTold(order, context)),
    }
  },

  // Of all channels: goods bought online are brought back to stores.
  async refunds({ since, after }, context) {
    const refunded = '(financial_status:refunded OR financial_status:partially_refunded)'
    const query = `updated_at:>='${since}' AND ${refunded}`
    const variables = { query, after, withStaff: hasStaff(context) }
    const { data } = await ask(context, documents.refundsPage, variables, RefundsAnswer)
    const { nodes, pageInfo } = data.orders
    return {
      pageInfo,
      changedAt: nodes.map(({ updatedAt }) => updatedAt),
      translations: nodes.flatMap((order) => {
        if (order.refunds.length >= documents.refundsShown)
          return [asked('refunds_of_order', order.id)]
        return order.refunds.map((refund) =>
          refund.refundLineItems.pageInfo.hasNextPage
            ? asked('refund', refund.id)
            : orAsked('refund', refund.id, refundTold(refund, order, context)),
        )
      }),
    }
  },

  async sessions_opened({ since, after }, context) {
    const query = `opening_time:>='${since}'`
    const { nodes, pageInfo } = await sessions(query, after, 'OPENING_TIME', context)
    return {
      pageInfo,
      changedAt: nodes.map(({ openingTime }) => openingTime),
      translations: nodes.map((session) => sessionOpened(session, context)),
    }
  },

  async sessions_closed({ since, after }, context) {
    const query = `closing_time:>='${since}'`
    const { nodes, pageInfo } = await sessions(query, after, 'CLOSING_TIME', context)
    return {
      pageInfo,
      changedAt: nodes.flatMap(({ closingTime }) => closingTime ?? []),
      translations: nodes.map((session) =>
        orAsked('session', session.id, sessionClosed(session, context)),
      ),
    }
  },
}

/** Levels come in no order of time; the walk only moves on once it has seen them all. */
export function levels(store: ConnectedStore): Feed {
  return async ({ since, after }, context) => {
    const id = gid('Location', store.externalId)
    const variables = { id, query: `updated_at:>='${since}'`, after }
    const { data } = await ask(context, documents.levelsPage, variables, LevelsAnswer)
    const nodes = data.location?.inventoryLevels.nodes ?? []
    return {
      pageInfo: data.location?.inventoryLevels.pageInfo ?? noMore,
      changedAt: nodes.map(({ updatedAt }) => instantFrom(updatedAt)),
      translations: nodes.map((level) => levelAnswered(store, level.item, level, context)),
    }
  }
}

async function sessions(
  query: string,
  after: string | null,
  sortKey: 'OPENING_TIME' | 'CLOSING_TIME',
  context: ShopifyApi,
): Promise<{
  nodes: SessionAnswer[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}> {
  const variables = { query, after, sortKey, withStaff: hasStaff(context) }
  const { data } = await ask(context, documents.sessionsPage, variables, SessionsAnswer)
  return data.pointOfSaleDevicePaymentSessions
}

function saleTold(order: OrderAnswer, context: ShopifyApi): Translation {
  const locationId = order.retailLocation === null ? undefined : numberOf(order.retailLocation.id)
  const store = context.connection.stores.find(({ externalId }) => externalId === locationId)
  if (store === undefined) return nothing
  if (order.lineItems.pageInfo.hasNextPage) return asked('order', order.id)
  const told = orderTold(order, order.lineItems.nodes, store, context)
  // An order that is not paid is told when it is: paying it changes it, and so it comes again.
  return told.outcome === 'translated' ? told.translation : nothing
}

/** What this page could not hold whole is asked for by itself. */
function asked(kind: string, id: string): Translation {
  return { events: [], lookups: [{ kind, externalId: numberOf(id) }], references: [] }
}

function orAsked(kind: string, id: string, result: LookupResult): Translation {
  return result.outcome === 'translated' ? result.translation : asked(kind, id)
}
