/**
 * PostgreSQL by `pg` and Kysely. Modules know only their own tables: `tx.withTables<MyTables>()`.
 * `inChain` is the one way to chain data: row-level security shows that chain and nothing else.
 */
import type { Socket } from 'node:net'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type RawBuilder,
  sql,
  type Transaction,
} from 'kysely'
import pg from 'pg'
import { Fault } from './fault.ts'

export type Database = Kysely<unknown>
export type Tx = Transaction<unknown>

export interface DatabaseOptions {
  readonly url: string
  /** Shown by the server beside each connection. */
  readonly applicationName: string
  readonly connectionsMax?: number
  readonly connectTimeoutMs?: number
  readonly statementTimeoutMs?: number
  /**
   * A transaction that waits this long for its owner is ended by the server, so that a process that
   * froze does not keep its locks. Default 20 s.
   */
  readonly idleInTransactionMs?: number
}

/** `db.destroy()` closes it. Instants come as RFC 3339 text, bigint as number where that is exact. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 20_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: typeParser } as pg.CustomTypesConfig,
  })
  // A connection that breaks between two statements is replaced by the pool, or fails its next
  // statement; unheard, its error would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<unknown>({ dialect: new PipeliningDialect({ pool }) })
}

/**
 * Statements that are not awaited one by one go to the server together. So that `begin` costs no round
 * trip of its own, it goes along with the transaction's first statement.
 */
class PipeliningDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDialect>[0]

  constructor(config: ConstructorParameters<typeof PostgresDialect>[0]) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new PipeliningDriver(this.#config)
  }
}

class PipeliningDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // It can only fail with the connection, and then the statement behind it says so.
    connection.executeQuery(CompiledQuery.raw('begin')).catch(() => {})
  }
}

/**
 * Prepares each statement once per connection: parsing and planning anew took most of the server's
 * time. Texts are few, since values are parameters; past the bound they go unprepared. What is sent
 * in one turn goes in one write, since each wakes the server anew.
 */
class PreparingClient extends pg.Client {
  #isGathering = false

  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection
    stream.cork()
    process.nextTick(() => {
      this.#isGathering = false
      stream.uncork()
    })
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads of `pg` are passed through as they are
  override query(...given: any[]): any {
    this.#gather()
    const [text, values, ...rest] = given
    const name = typeof text === 'string' && values?.length > 0 ? nameOf(text) : undefined
    const query = super.query as (...passed: unknown[]) => unknown
    if (name === undefined) return query.apply(this, given)
    return query.apply(this, [{ name, text, values }, ...rest])
  }
}

const statementsMax = 500
const statementNames = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = statementNames.get(text)
  if (known !== undefined) return known
  if (statementNames.size >= statementsMax) return undefined
  const name = `tillway_${statementNames.size}`
  statementNames.set(text, name)
  return name
}

const { INT8, TIMESTAMPTZ, DATE } = pg.types.builtins

function typeParser(oid: number, format?: 'text' | 'binary'): (value: never) => unknown {
  if (format !== 'binary') {
    if (oid === INT8) return bigintParser
    if (oid === TIMESTAMPTZ) return instantParser
    if (oid === DATE) return (value: string) => value
  }
  return pg.types.getTypeParser(oid, format as 'text')
}

function bigintParser(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

let lastTimestamp = ''
let lastInstant = ''

/**
 * PostgreSQL writes `2026-11-20 15:02:05.831+00`; we write `2026-11-20T15:02:05.831Z`. Rows of one
 * transaction often have the same, one after the other.
 */
function instantParser(text: string): string {
  if (text !== lastTimestamp) {
    lastInstant = new Date(text).toISOString()
    lastTimestamp = text
  }
  return lastInstant
}

type Callback = () => void

interface InChain {
  readonly callbacks: Callback[]
  /** Of statements that were sent ahead: the first is why those behind it failed. */
  readonly failures: unknown[]
}
const transactions = new WeakMap<object, InChain>()

/**
 * Runs `work` in a transaction that sees and writes only that chain's rows.
 * @throws Fault database_unreachable, and whatever `work` throws
 */
export async function inChain<Result>(
  db: Database,
  chainId: string,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  const own: InChain = { callbacks: [], failures: [] }
  let result: Result
  try {
    result = await db.transaction().execute(async (tx) => {
      transactions.set(tx.getExecutor(), own)
      await sendAhead(tx, sql`select set_config('tillway.chain', ${chainId}, true)`)
      return await work(tx)
    })
  } catch (caught) {
    const [error = caught] = own.failures
    throw isUnreachable(error) ? new Fault('database_unreachable', {}, error) : error
  }
  for (const callback of own.callbacks) callback()
  return result
}

/**
 * For a statement whose answer is not needed: it goes to the server together with the next one, and
 * ahead of it. Should it fail, the transaction is aborted, nothing behind it succeeds, and `inChain`
 * throws its error.
 * @param tx from `inChain`
 */
export async function sendAhead(tx: Tx, statement: RawBuilder<unknown>): Promise<void> {
  const failures = transactions.get(tx.getExecutor())?.failures
  await tx.getExecutor().provideConnection(async (connection) => {
    connection.executeQuery(statement.compile(tx)).catch((error) => failures?.push(error))
  })
}

/**
 * Sends statements that do not need each other's answers in one round trip; they run in their order.
 * @param tx from `inChain`
 * @returns the rows of each
 */
export function sendTogether<Rows extends readonly unknown[]>(
  tx: Tx,
  statements: { readonly [At in keyof Rows]: RawBuilder<Rows[At]> },
): Promise<{ readonly [At in keyof Rows]: readonly Rows[At][] }> {
  return tx.getExecutor().provideConnection(async (connection) => {
    // The first to fail is why those behind it do.
    const answers = await Promise.all(
      statements.map((statement) => connection.executeQuery(statement.compile(tx))),
    )
    return answers.map(({ rows }) => rows) as { [At in keyof Rows]: Rows[At][] }
  })
}

/**
 * Many texts as one parameter, for `string_to_array(…, chr(30))`: several times cheaper than an array
 * parameter, in which every quote is escaped and read again. Meant for JSON, which has no such character.
 */
export function joinedTexts(texts: readonly string[]): string {
  return texts.join('\u001e')
}

/**
 * Has `callback` called once the transaction is committed. False when the transaction does not come
 * from `inChain`; then nobody would call it.
 */
export function afterCommit(tx: Pick<Tx, 'getExecutor'>, callback: Callback): boolean {
  const callbacks = transactions.get(tx.getExecutor())?.callbacks
  callbacks?.push(callback)
  return callbacks !== undefined
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'])

/** The server went away or is not there: nothing is wrong with what was asked. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof Fault) return error.code === 'database_unreachable'
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  // 08: connection; 57P: shutdown or restart; 53300: too many connections; 25P03: idle timeout.
  if (/^(08|57P|53300|25P03)/.test(code) || networkCodes.has(code)) return true
  return /Connection terminated|timeout exceeded when trying to connect|not queryable/.test(
    error.message,
  )
}

/** Trying the same transaction again may well succeed: a deadlock, a serialisation failure, a restart. */
export function isTransient(error: unknown): boolean {
  return isUnreachable(error) || /^(40|55P03)/.test(codeOf(error))
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}
