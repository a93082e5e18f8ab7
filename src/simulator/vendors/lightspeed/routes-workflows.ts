/** Workflows (custom fields, business rules), webhook subscriptions, and the return action. */
import { negateQuantity } from '../../../base/quantity.ts'
import { type Call, Refusal, type Route } from './gate.ts'
import { rowId } from './ids.ts'
import { missing } from './routes-read.ts'
import type { RemoteRuleRow, RuleRow } from './rules.ts'
import { flatSale } from './sale-dialects.ts'
import type { SaleRow } from './sale-row.ts'
import { forgetHookUrls, type HookRow, hookTypes } from './webhooks.ts'
import { all, collectionOf, dated, get, put, type World } from './world.ts'

type Body = Readonly<Record<string, unknown>>

interface FieldRow {
  readonly id: string
  readonly entity: string
  readonly name: string
  readonly title: string
  readonly type: string
  readonly createdMs: number
  readonly visible_in_ui: boolean
  readonly editable_in_ui: boolean
  readonly print_on_receipt: boolean
}

/** Values of one entity by field name. */
type ValuesRow = Readonly<Record<string, Body>>

const eventTypes = [
  'sale.ready_for_payment',
  'sale.line_items.added',
  'sale.customer.changed',
  'sale.created',
  'sale.updated',
]

export function workflowRoutes(world: World): Route[] {
  return [
    route('GET', '/workflows/custom_fields', 'custom_fields:read', ({ account, query }) => ({
      data: all<FieldRow>(world, account.id, 'custom_fields')
        .filter(({ value }) => value.entity === query.entity)
        .map(({ value }) => field(value)),
    })),
    route('POST', '/workflows/custom_fields', 'custom_fields:write', (call) =>
      createField(world, call),
    ),
    route('GET', '/workflows/custom_fields/values', 'custom_fields:read', (call) =>
      valuesOf(world, call, call.query.entity ?? '', call.query.entity_id ?? ''),
    ),
    route('POST', '/workflows/custom_fields/values', 'custom_fields:write', (call) =>
      setValues(world, call),
    ),
    route('GET', '/workflows/remote_rules', 'remote_rules:read', ({ account }) => ({
      data: all<RemoteRuleRow>(world, account.id, 'remote_rules').map(({ value }) =>
        remoteRule(value),
      ),
    })),
    route('POST', '/workflows/remote_rules', 'remote_rules:write', (call) =>
      createRemoteRule(world, call),
    ),
    deletion(world, 'remote_rules', 'remote_rules:write'),
    route('GET', '/workflows/rules', 'business_rules:read', ({ account }) => ({
      data: all<RuleRow>(world, account.id, 'rules').map(({ value }) => rule(value)),
    })),
    route('POST', '/workflows/rules', 'business_rules:write', (call) => createRule(world, call)),
    deletion(world, 'rules', 'business_rules:write'),
    route('GET', '/webhooks', 'webhooks', ({ account }) => ({
      data: all<HookRow>(world, account.id, 'webhooks').map(({ id, value }) => ({ id, ...value })),
    })),
    { ...route('POST', '/webhooks', 'webhooks', (call) => subscribe(world, call)), status: 201 },
    route('DELETE', '/webhooks/:id', 'webhooks', ({ account, params }) => {
      const name = collectionOf(account.id, 'webhooks')
      if (!world.deps.documents.remove(name, params.id ?? '')) return missing('webhooks')
      forgetHookUrls(world, account.id)
      return undefined
    }),
  ]
}

function route(
  method: Route['method'],
  path: string,
  scope: string,
  handle: Route['handle'],
): Route {
  return { method, path, scope, handle }
}

function deletion(world: World, name: 'remote_rules' | 'rules', scope: string): Route {
  return route('DELETE', `/workflows/${name}/:id`, scope, ({ account, params }) =>
    world.deps.documents.remove(collectionOf(account.id, name), params.id ?? '')
      ? undefined
      : missing(name),
  )
}

/** Ids of workflows are numbers in text. */
export function numericId(
  world: World,
  accountId: string,
  name: 'remote_rules' | 'rules' | 'custom_fields',
): string {
  const last = all(world, accountId, name).at(-1)?.version ?? 0
  return String(1_239_349_157_000_000 + last + 1)
}

function createField(world: World, { account, body }: Call) {
  const { entity, name, title, type, ...rest } = (body ?? {}) as Record<string, unknown>
  if (![entity, name, title, type].every((value) => typeof value === 'string'))
    return new Refusal(400, 'Bad Request', 'entity, name, title and type are required')
  const fields = all<FieldRow>(world, account.id, 'custom_fields')
  if (fields.some(({ value }) => value.entity === entity && value.name === name))
    return new Refusal(409, 'Conflict', 'A custom field with this name already exists.')
  const atMs = world.deps.nowMs()
  const row: FieldRow = {
    id: numericId(world, account.id, 'custom_fields'),
    entity: String(entity),
    name: String(name),
    title: String(title),
    type: String(type),
    createdMs: atMs,
    visible_in_ui: rest.visible_in_ui === true,
    editable_in_ui: rest.editable_in_ui === true,
    print_on_receipt: rest.print_on_receipt === true,
  }
  put(world, account.id, 'custom_fields', row.id, row, atMs)
  return { data: field(row) }
}

function field({ createdMs, ...row }: FieldRow): object {
  return { ...row, created_at: dated(createdMs) }
}

function valuesOf(world: World, { account }: Call, entity: string, entityId: string) {
  if (entity === 'sale' && get(world, account.id, 'sales', entityId) === undefined)
    return missing('sales')
  const row = get<ValuesRow>(world, account.id, 'custom_field_values', `${entity}/${entityId}`)
  return { data: Object.values(row?.value ?? {}) }
}

function setValues(world: World, call: Call) {
  const { account } = call
  const body = (call.body ?? {}) as Record<string, unknown>
  const [entity, entityId] = [String(body.entity), String(body.entity_id)]
  const given = Array.isArray(body.values) ? (body.values as Body[]) : []
  const before = valuesOf(world, call, entity, entityId)
  if (before instanceof Refusal) return before
  const fields = all<FieldRow>(world, account.id, 'custom_fields')
  const id = `${entity}/${entityId}`
  const values: Record<string, Body> = {
    ...get<ValuesRow>(world, account.id, 'custom_field_values', id)?.value,
  }
  for (const { name, string_value, integer_value, boolean_value } of given) {
    const known = fields.find(({ value }) => value.entity === entity && value.name === name)?.value
    if (known === undefined)
      return new Refusal(422, 'Unprocessable Entity', 'name is not a custom field')
    values[known.name] = {
      definition_id: known.id,
      name: known.name,
      title: known.title,
      type: known.type,
      ...(string_value !== undefined && { string_value }),
      ...(integer_value !== undefined && { integer_value }),
      ...(boolean_value !== undefined && { boolean_value }),
    }
  }
  put(world, account.id, 'custom_field_values', id, values, world.deps.nowMs())
  return { data: Object.values(values) }
}

function createRemoteRule(world: World, { account, body }: Call) {
  const url = (body as Body | null)?.url
  if (typeof url !== 'string') return new Refusal(400, 'Bad Request', 'url is required')
  const createdMs = world.deps.nowMs()
  const row = { id: numericId(world, account.id, 'remote_rules'), url, createdMs }
  put(world, account.id, 'remote_rules', row.id, row, createdMs)
  return { data: remoteRule(row) }
}

function remoteRule({ id, url, createdMs }: RemoteRuleRow): object {
  return { id, url, oauth_application_id: 'tillway', created_at: dated(createdMs) }
}

function createRule(world: World, { account, body }: Call) {
  const { event_type, remote_rule_id } = (body ?? {}) as Record<string, unknown>
  if (typeof event_type !== 'string' || !eventTypes.includes(event_type))
    return new Refusal(400, 'Bad Request', 'event_type is not known')
  const remoteRuleId = String(remote_rule_id)
  if (get(world, account.id, 'remote_rules', remoteRuleId) === undefined)
    return new Refusal(422, 'Unprocessable Entity', 'remote_rule_id is not a remote rule')
  const createdMs = world.deps.nowMs()
  const id = numericId(world, account.id, 'rules')
  const row: RuleRow = { id, eventType: event_type, remoteRuleId, createdMs }
  put(world, account.id, 'rules', id, row, createdMs)
  return { data: rule(row) }
}

function rule({ id, eventType, remoteRuleId, createdMs }: RuleRow): object {
  return {
    id,
    event_type: eventType,
    remote_rule_id: remoteRuleId,
    created_at: dated(createdMs),
  }
}

function subscribe(world: World, { account, body }: Call) {
  const { url, type, active } = (body ?? {}) as Record<string, unknown>
  const known = hookTypes.find((hookType) => hookType === type)
  if (typeof url !== 'string' || known === undefined || typeof active !== 'boolean')
    return new Refusal(400, 'Bad Request', 'url, type and active are required')
  const id = rowId(account.id, 'webhook', `${known}/${url}`)
  if (get(world, account.id, 'webhooks', id) !== undefined)
    return new Refusal(409, 'A webhook with this type and URL already exists.')
  put<HookRow>(world, account.id, 'webhooks', id, { url, type: known, active }, world.deps.nowMs())
  forgetHookUrls(world, account.id)
  return { data: { id, retailer_id: account.retailerId, type: known, url, active } }
}

/** Begins a return: a parked sale with everything negative, told flat even under a dated path. */
export function returnRoute(world: World, method: 'POST' | 'PUT'): Route {
  return route(method, '/sales/:id/actions/return', 'sales:write', ({ account, params }) => {
    const sold = get<SaleRow>(world, account.id, 'sales', params.id ?? '')?.value
    if (sold === undefined) return missing('sales')
    if (sold.status !== 'CLOSED')
      return new Refusal(422, 'Unprocessable Entity', 'only a closed sale can be returned')
    const atMs = world.deps.nowMs()
    const negative = (text: string) =>
      Number(text) === 0 ? text : text.startsWith('-') ? text.slice(1) : `-${text}`
    const row: SaleRow = {
      ...sold,
      id: rowId(account.id, 'sale', `${sold.id}/return/${sold.returnIds.length}`),
      status: 'SAVED',
      returnFor: sold.id,
      returnIds: [],
      soldMs: atMs,
      updatedMs: atMs,
      totalPrice: negative(sold.totalPrice),
      totalTax: negative(sold.totalTax),
      totalPriceIncl: negative(sold.totalPriceIncl),
      tip: '0.00000',
      payments: [],
      lines: sold.lines.map((line) => ({
        ...line,
        id: rowId(account.id, 'sale_line', `${line.id}/return`),
        quantity: negateQuantity(line.quantity),
        priceTotal: negative(line.priceTotal),
        taxTotal: negative(line.taxTotal),
      })),
    }
    return { data: flatSale(account.id, put(world, account.id, 'sales', row.id, row, atMs)) }
  })
}
