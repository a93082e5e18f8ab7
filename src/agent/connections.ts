/** The connections of this agent, made ready once at start: settings checked, secrets read, clients made. */
import { Fault } from '../base/fault.ts'
import { createHttpClient, type HttpClient, type HttpRequest } from '../base/http-client.ts'
import { parse } from '../base/parse.ts'
import { msOf } from '../base/time.ts'
import type {
  ApiContext,
  ConnectedStore,
  Connection,
  Connector,
  Credentials,
  Grant,
  Secrets,
} from '../connectors/connector.ts'
import { createTokeniser } from '../privacy/keyed-tokeniser.ts'
import { type ConnectionEntry, readSecret } from './config.ts'
import type { Storage } from './storage/storage.ts'

export interface LiveConnection {
  readonly connector: Connector
  readonly connection: Connection
  readonly secrets: Secrets
  readonly context: ApiContext
  readonly stores: ReadonlyMap<string, ConnectedStore>
  readonly startsAt: string
  /** Whether the last call to the vendor got an answer. */
  isReachable: boolean
  /** Stores for which the vendor refused to renew the credentials: only a new consent helps. */
  storesToConsent(): string[]
  /** Trades what the vendor's consent page handed over for credentials. */
  authorise(grant: Pick<Grant, 'code' | 'query'>): Promise<void>
}

export interface Connections {
  readonly all: readonly LiveConnection[]
  readonly byId: ReadonlyMap<string, LiveConnection>
  readonly byStore: ReadonlyMap<string, LiveConnection>
  /** Our register id to its connection, its store and the vendor's id. */
  readonly byRegister: ReadonlyMap<string, RegisterPlace>
}

export interface RegisterPlace {
  readonly live: LiveConnection
  readonly store: ConnectedStore
  readonly externalId: string
}

export type FindConnector = (vendor: string) => Connector | undefined

const refreshedBeforeMs = 60_000

/** @throws Fault config_invalid naming the connection and the field */
export function openConnections(
  entries: readonly ConnectionEntry[],
  findConnector: FindConnector,
  tokenKey: Buffer,
  storage: Storage,
): Connections {
  const all = entries.map((entry) => openConnection(entry, findConnector, tokenKey, storage))
  const byStore = new Map<string, LiveConnection>()
  const byRegister = new Map<string, RegisterPlace>()
  for (const live of all)
    for (const store of live.connection.stores) {
      if (byStore.has(store.storeId)) throw twice(store.storeId)
      byStore.set(store.storeId, live)
      for (const [externalId, registerId] of Object.entries(store.registers)) {
        if (byRegister.has(registerId)) throw twice(registerId)
        byRegister.set(registerId, { live, store, externalId })
      }
    }
  const byId = new Map(all.map((live) => [live.connection.connectionId, live]))
  if (byId.size < all.length) throw twice('a connectionId')
  return { all, byId, byStore, byRegister }
}

function twice(what: string): Fault {
  return new Fault('config_invalid', { field: 'connections', expected: `${what} only once` })
}

function openConnection(
  entry: ConnectionEntry,
  findConnector: FindConnector,
  tokenKey: Buffer,
  storage: Storage,
): LiveConnection {
  const { connectionId, vendor, startsAt } = entry
  const connector = findConnector(vendor)
  if (connector === undefined)
    throw new Fault('config_invalid', {
      field: `connections.${connectionId}.vendor`,
      expected: 'a vendor that this version knows',
    })
  const secrets = readSecrets(entry, connector)
  const { chainId, regionId, apiBaseUrl, webhookUrl, stores } = entry
  const settings = parse(connector.settings, entry.settings, 'config_invalid')
  const connection = { connectionId, chainId, regionId, apiBaseUrl, webhookUrl, settings, stores }
  const credentials = createCredentials(entry, connector, connection, secrets, storage)
  const live: LiveConnection = {
    connector,
    connection,
    secrets,
    stores: new Map(stores.map((store) => [store.storeId, store])),
    startsAt,
    isReachable: true,
    storesToConsent: () =>
      stores
        .filter(({ externalId }) => credentials.isRefused(externalId))
        .map(({ storeId }) => storeId),
    authorise: credentials.authorise,
    context: {
      connection,
      tokens: createTokeniser({ key: tokenKey, keep: storage.vault.keep, connectionId }),
      references: storage.references.book(connectionId),
      credentials: credentials.current,
      api: watched(
        createHttpClient({
          baseUrl: apiBaseUrl,
          budget: connector.budget,
          headers: credentials.headers,
          ...(connector.auth.refresh !== undefined && { reauthorise: credentials.refresh }),
        }),
        (isReachable) => {
          live.isReachable = isReachable
        },
      ),
    },
  }
  return live
}

function readSecrets(entry: ConnectionEntry, connector: Connector): Secrets {
  const field = (name: string) => `connections.${entry.connectionId}.secrets.${name}`
  for (const [name, says] of Object.entries(connector.secrets))
    if (entry.secrets[name] === undefined)
      throw new Fault('config_invalid', { field: field(name), expected: says })
  return Object.fromEntries(
    Object.entries(entry.secrets).map(([name, reference]) => [
      name,
      readSecret(reference, field(name)),
    ]),
  )
}

function readCredentials({ connectionId, credentials }: ConnectionEntry): Credentials | undefined {
  if (credentials === undefined) return undefined
  const field = `connections.${connectionId}.credentials`
  const { accessToken, refreshToken } = credentials
  return {
    accessToken: readSecret(accessToken, `${field}.accessToken`),
    ...(refreshToken !== undefined && {
      refreshToken: readSecret(refreshToken, `${field}.refreshToken`),
    }),
  }
}

function createCredentials(
  entry: ConnectionEntry,
  connector: Connector,
  connection: Connection,
  secrets: Secrets,
  storage: Storage,
) {
  const configured = readCredentials(entry)
  // Calls for credentials cannot carry the ones they are about to replace.
  const bare = createHttpClient({ baseUrl: connection.apiBaseUrl, budget: connector.budget })
  let held = storage.credentials.load(connection.connectionId, configured)
  let refreshing: Promise<boolean> | undefined
  let isRefusedWhole = false

  function current(): Credentials {
    if (held === undefined)
      throw new Fault('vendor_unauthorised', {
        field: 'credentials',
        connectionId: connection.connectionId,
      })
    return held
  }

  async function keep(next: Credentials): Promise<void> {
    held = next
    isRefusedWhole = false
    await storage.writer.commit(() =>
      storage.credentials.save(connection.connectionId, configured, next),
    )
  }

  /** One at a time: vendors invalidate a refresh token with its first use. */
  function refresh(): Promise<boolean> {
    refreshing ??= renew().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function renew(): Promise<boolean> {
    if (connector.auth.refresh === undefined) return false
    try {
      await keep(await connector.auth.refresh(bare, connection, secrets, current(), keep))
    } catch (error) {
      isRefusedWhole = Fault.from(error).code === 'vendor_unauthorised'
      throw error
    }
    return true
  }

  async function headers(): Promise<Readonly<Record<string, string>>> {
    const { expiresAt } = current()
    const isEnding = expiresAt !== undefined && msOf(expiresAt) - Date.now() < refreshedBeforeMs
    if (isEnding) await refresh()
    return connector.auth.headers(current())
  }

  async function authorise(grant: Pick<Grant, 'code' | 'query'>): Promise<void> {
    await keep(
      await connector.auth.exchange(bare, connection, secrets, { ...grant, current: held }),
    )
  }

  return {
    current,
    headers,
    refresh,
    authorise,
    isRefused: (storeExternalId: string) =>
      held === undefined ||
      isRefusedWhole ||
      held.refusedStores?.includes(storeExternalId) === true,
  }
}

function watched(client: HttpClient, tell: (isReachable: boolean) => void): HttpClient {
  return {
    async request(request: HttpRequest) {
      try {
        const response = await client.request(request)
        tell(true)
        return response
      } catch (error) {
        const { code } = Fault.from(error)
        if (code === 'vendor_unreachable' || code === 'circuit_open') tell(false)
        throw error
      }
    },
  }
}
