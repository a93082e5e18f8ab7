/** Lists and single things: version-paged in both versions of the API; stock is a POST in the dated. */
import { type CustomerRow, restCustomer } from './customers.ts'
import { type Call, Refusal, type Route } from './gate.ts'
import {
  type LevelRow,
  levelId,
  type ProductRow,
  productIdOf,
  restLevel,
  restProduct,
} from './goods.ts'
import { type RegisterRow, restRegister } from './registers.ts'
import { flatSale, nestedSale } from './sale-dialects.ts'
import type { SaleRow } from './sale-row.ts'
import { restShift, restUser, type ShiftRow, type UserRow } from './users.ts'
import { type Account, after, type Collection, get, type Row, type World } from './world.ts'

export type Version = 'dated' | '2.0'
type Render<Value> = (row: Row<Value>, account: Account) => object

const pageRows = { usual: 200, max: 1000, stockUsual: 1000, stockMax: 5000 } as const

export function readRoutes(world: World, version: Version): Route[] {
  const sale: Render<SaleRow> = (row, account) =>
    version === 'dated' ? nestedSale(account.id, row) : flatSale(account.id, row)
  const both = <Value>(name: Collection, scope: string, render: Render<Value>) =>
    listAndOne(world, name, scope, render)
  return [
    ...both<OutletRow>('outlets', 'outlets:read', outlet),
    ...both<RegisterRow>('registers', 'registers:read', restRegister),
    ...both<UserRow>('users', 'users:read', restUser),
    ...both<CustomerRow>('customers', 'customers:read', restCustomer),
    ...both<SaleRow>('sales', 'sales:read', sale),
    ...productRoutes(world),
    listRoute<ShiftRow>(world, 'shifts', undefined, (row, account) => restShift(account, row)),
    version === 'dated' ? stockRoute(world) : oldStockRoute(world),
    { method: 'GET', path: '/retailer', scope: 'retailer:read', handle: retailer },
  ]
}

function listAndOne<Value>(
  world: World,
  name: Collection,
  scope: string,
  render: Render<Value>,
): Route[] {
  return [
    listRoute(world, name, scope, render),
    {
      method: 'GET',
      path: `/${name}/:id`,
      scope,
      handle: ({ account, params }) => {
        const row = get<Value>(world, account.id, name, params.id ?? '')
        return row === undefined ? missing(name) : { data: render(row, account) }
      },
    },
  ]
}

function listRoute<Value>(
  world: World,
  name: Collection,
  scope: string | undefined,
  render: Render<Value>,
): Route {
  return {
    method: 'GET',
    path: `/${name}`,
    ...(scope !== undefined && { scope }),
    handle: ({ account, query }) =>
      pageOf(rowsAfter<Value>(world, account, name, query), (row) => render(row, account)),
  }
}

export function rowsAfter<Value>(
  world: World,
  account: Account,
  name: Collection,
  query: Call['query'],
): Row<Value>[] {
  const asked = Number(query.page_size ?? pageRows.usual)
  const size = Math.min(Math.max(Number.isFinite(asked) ? asked : pageRows.usual, 1), pageRows.max)
  return after<Value>(world, account.id, name, Number(query.after ?? 0) || 0, size)
}

export function pageOf<Value>(
  rows: readonly Row<Value>[],
  render: (row: Row<Value>) => object,
): object {
  return {
    data: rows.map(render),
    version: { min: rows[0]?.version ?? null, max: rows.at(-1)?.version ?? null },
  }
}

export function missing(name: string): Refusal {
  return new Refusal(404, `${name.replace(/s$/, '')} not found`)
}

function productRoutes(world: World): Route[] {
  const render: Render<ProductRow> = (row, account) => restProduct(account, row)
  const [list, one] = listAndOne<ProductRow>(world, 'products', 'products:read', render)
  return [
    {
      ...list,
      /** With `sku` all other parameters are ignored. */
      handle: (call: Call) => {
        const { account, query } = call
        if (query.sku === undefined) return list?.handle(call)
        const id = productIdOf(account.id, query.sku)
        const row = get<ProductRow>(world, account.id, 'products', id)
        return pageOf(row === undefined ? [] : [row], (found) => restProduct(account, found))
      },
    } as Route,
    one as Route,
  ]
}

interface StockQuery {
  readonly after?: number
  readonly size?: number
  readonly product_id?: string
  readonly sort_direction?: 'asc' | 'desc'
}

/** A POST that reads, answering a bare array; newest first unless asked otherwise. */
function stockRoute(world: World): Route {
  return {
    method: 'POST',
    path: '/inventory',
    scope: 'inventory:read',
    handle: ({ account, body }) => {
      const query = (body ?? {}) as StockQuery
      const size = Math.min(query.size ?? pageRows.stockUsual, pageRows.stockMax)
      const rows =
        query.product_id === undefined
          ? after<LevelRow>(world, account.id, 'inventory', query.after ?? 0, size)
          : levelsOf(world, account, query.product_id)
      if (query.sort_direction !== 'asc') rows.reverse()
      return rows.map((row) => restLevel(row, 'current_inventory_level'))
    },
  }
}

function levelsOf(world: World, account: Account, productId: string): Row<LevelRow>[] {
  return account.simulated.stores
    .map(({ externalId }) =>
      get<LevelRow>(world, account.id, 'inventory', levelId(account.id, externalId, productId)),
    )
    .filter((row) => row !== undefined)
    .sort((a, b) => a.version - b.version)
}

function oldStockRoute(world: World): Route {
  return listRoute<LevelRow>(world, 'inventory', 'inventory:read', (row) =>
    restLevel(row, 'inventory_level'),
  )
}

export interface OutletRow {
  readonly id: string
  readonly name: string
  readonly timeZone: string
  readonly taxesIncluded: boolean
  readonly country: string
}

function outlet({ value, version }: Row<OutletRow>, { simulated }: Account): object {
  return {
    id: value.id,
    name: value.name,
    time_zone: value.timeZone,
    currency: simulated.currency,
    currency_symbol: simulated.currency,
    display_prices: value.taxesIncluded ? 'inclusive' : 'exclusive',
    physical_country_id: value.country,
    attributes: [],
    deleted_at: null,
    version,
  }
}

function retailer({ account }: Call): object {
  const [first] = account.simulated.stores
  return {
    data: {
      id: account.retailerId,
      domain_prefix: account.id,
      name: account.id,
      tax_exclusive: !(first?.taxesIncluded ?? false),
      country: first?.country ?? '',
      currency: { code: account.simulated.currency, symbol: account.simulated.currency },
    },
  }
}
