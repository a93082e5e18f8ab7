/** Answers GraphQL as Shopify does: validated, priced, allowed or refused, and run once per key. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FieldNode,
  GraphQLError,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { actualCost, type Bucket, costMax, requestedCost, type Variables } from './cost.ts'
import { rootOf } from './queries.ts'
import { collection, type Shop } from './shop.ts'

export const schema = buildSchema(
  readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
)

/** Since 2026-04 these are refused without `@idempotent`. */
const needIdempotency = new Set([
  'inventoryActivate',
  'inventoryAdjustQuantities',
  'inventoryMoveQuantities',
  'inventorySetOnHandQuantities',
  'inventorySetQuantities',
  'inventoryShipmentAddItems',
  'inventoryShipmentCreate',
  'inventoryShipmentCreateInTransit',
  'inventoryShipmentReceive',
  'inventoryTransferCreate',
  'inventoryTransferCreateAsReadyToShip',
  'inventoryTransferDuplicate',
  'inventoryTransferSetItems',
  'locationActivate',
  'locationDeactivate',
  'refundCreate',
])

/** What each root field needs of the app; specs: scopes of 2026-07. */
const scopes: Readonly<Record<string, string>> = {
  order: 'read_orders',
  orders: 'read_orders',
  refund: 'read_orders',
  customer: 'read_customers',
  customers: 'read_customers',
  product: 'read_products',
  products: 'read_products',
  inventoryItem: 'read_inventory',
  location: 'read_locations',
  locations: 'read_locations',
  staffMembers: 'read_users',
  staffMember: 'read_users',
  openingStaffMember: 'read_users',
  closingStaffMember: 'read_users',
  pointOfSaleDevicePaymentSession: 'read_cash_tracking',
  pointOfSaleDevicePaymentSessions: 'read_cash_tracking',
  tagsAdd: 'write_orders',
  tagsRemove: 'write_orders',
  metafieldsSet: 'write_orders',
  inventorySetQuantities: 'write_inventory',
}
export const allScopes: readonly string[] = [...new Set(Object.values(scopes))]

interface Prepared {
  readonly document: DocumentNode
  readonly errors: readonly GraphQLError[]
}

const preparedMax = 200
const prepared = new Map<string, Prepared>()

function prepare(query: string): Prepared {
  const known = prepared.get(query)
  if (known !== undefined) return known
  let made: Prepared
  try {
    const document = parse(query)
    made = { document, errors: validate(schema, document) }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    made = {
      document: { kind: 'Document', definitions: [] } as unknown as DocumentNode,
      errors: [error],
    }
  }
  if (prepared.size >= preparedMax) prepared.clear()
  prepared.set(query, made)
  return made
}

export interface Asked {
  readonly query: string
  readonly variables: Variables
  readonly granted: ReadonlySet<string>
}

export async function answer(shop: Shop, bucket: Bucket, asked: Asked): Promise<object> {
  const { document, errors } = prepare(asked.query)
  if (errors.length > 0) return { errors: errors.map((error) => error.toJSON()) }
  const operation = document.definitions.find((entry) => entry.kind === 'OperationDefinition')
  if (operation === undefined) return failure('No operation', 'GRAPHQL_PARSE_FAILED')
  const root = operation.operation === 'query' ? schema.getQueryType() : schema.getMutationType()
  if (root == null) return failure('No such operation', 'GRAPHQL_VALIDATION_FAILED')
  const requested = requestedCost(root, operation.selectionSet, asked.variables)
  const cost = (actual: number | null) => ({
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: actual,
      throttleStatus: bucket.status(),
    },
  })
  if (requested > costMax)
    return failure(
      `Query cost is ${requested}, which exceeds the single query max cost limit (${costMax}).`,
      'MAX_COST_EXCEEDED',
    )
  if (!bucket.canPay(requested))
    return { ...failure('Throttled', 'THROTTLED'), extensions: cost(null) }
  const refusal = refusalOf(operation, asked)
  if (refusal !== undefined) return { ...refusal, extensions: cost(10) }
  const result = await runOnce(shop, operation, document, asked)
  const actual = Math.min(actualCost(result.data) + (root.name === 'Mutation' ? 10 : 0), requested)
  bucket.charge(actual)
  return { ...result, extensions: cost(actual) }
}

type Result = { data?: unknown; errors?: unknown }

async function run(shop: Shop, document: DocumentNode, variables: Variables): Promise<Result> {
  const result = await execute({
    schema,
    document,
    rootValue: rootOf(shop),
    variableValues: variables,
  })
  const { data, errors } = result
  return { ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) }
}

/** The same key and input give the answer of the first time; the same key and another input none. */
async function runOnce(
  shop: Shop,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { variables }: Asked,
): Promise<Result> {
  const key = rootFields(operation)
    .map((field) => idempotencyKey(field, variables))
    .find((found) => found !== undefined)
  if (key === undefined) return run(shop, document, variables)
  const { documents } = shop.deps
  const kept = collection(shop, 'idempotency')
  const input = createHash('sha256').update(JSON.stringify(variables)).digest('hex')
  const before = documents.get<{ input: string; result: Result }>(kept, key)?.value
  if (before !== undefined)
    return before.input === input
      ? before.result
      : failure(
          'The idempotency key was used with other parameters.',
          'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
        )
  const result = await run(shop, document, variables)
  documents.put(kept, key, { input, result }, shop.deps.nowMs())
  return result
}

function rootFields({ selectionSet }: OperationDefinitionNode): FieldNode[] {
  return selectionSet.selections.filter((node) => node.kind === 'Field')
}

function idempotencyKey(field: FieldNode, variables: Variables): string | undefined {
  const directive = field.directives?.find(({ name }) => name.value === 'idempotent')
  const value = directive?.arguments?.[0]?.value
  if (value?.kind === 'StringValue') return value.value
  return value?.kind === 'Variable' ? String(variables[value.name.value]) : undefined
}

function refusalOf(operation: OperationDefinitionNode, asked: Asked): object | undefined {
  for (const field of fieldsOf(operation.selectionSet.selections, asked.variables)) {
    const scope = scopes[field.name.value]
    if (scope !== undefined && !asked.granted.has(scope))
      return failure(
        `Access denied for ${field.name.value} field. Required access: \`${scope}\` access scope.`,
        'ACCESS_DENIED',
        { requiredAccess: `\`${scope}\` access scope.` },
      )
  }
  for (const field of rootFields(operation))
    if (
      needIdempotency.has(field.name.value) &&
      idempotencyKey(field, asked.variables) === undefined
    )
      return {
        errors: [
          {
            message:
              'The @idempotent directive is required for this mutation but was not provided.',
            extensions: { code: 'BAD_REQUEST' },
            path: [field.name.value],
          },
        ],
        data: { [field.name.value]: null },
      }
  return undefined
}

function* fieldsOf(
  selections: OperationDefinitionNode['selectionSet']['selections'],
  variables: Variables,
): Generator<FieldNode> {
  for (const node of selections) {
    if (node.kind !== 'Field') continue
    const include = node.directives?.find(({ name }) => name.value === 'include')
    const condition = include?.arguments?.[0]?.value
    if (condition?.kind === 'Variable' && variables[condition.name.value] === false) continue
    yield node
    if (node.selectionSet !== undefined) yield* fieldsOf(node.selectionSet.selections, variables)
  }
}

function failure(message: string, code: string, more: object = {}) {
  const documentation = 'https://shopify.dev/api/usage/rate-limits'
  const extensions = { code, ...(code === 'THROTTLED' && { documentation }), ...more }
  return { errors: [{ message, extensions }] }
}
