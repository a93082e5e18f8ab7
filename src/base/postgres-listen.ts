/** LISTEN on a connection of its own, which comes back by itself after any interruption. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface Listener {
  close(): Promise<void>
}

/** An empty payload also comes after a reconnect: something may have been missed meanwhile. */
export type OnNotify = (channel: string, payload: string) => void

const backoffMs = { first: 100, most: 5_000 } as const

/** Resolves when it listens. @throws the connection's error when the first attempt fails. */
export async function listen(
  url: string,
  channels: readonly string[],
  onNotify: OnNotify,
): Promise<Listener> {
  const closing = new AbortController()
  let client = await connect(url, channels, onNotify)
  let lost = lossOf(client)

  const keeping = (async () => {
    while (!closing.signal.aborted) {
      await lost
      if (closing.signal.aborted) return
      const next = await reconnect(url, channels, onNotify, closing.signal)
      if (next === undefined) return
      client = next
      lost = lossOf(client)
      for (const channel of channels) onNotify(channel, '')
    }
  })()

  return {
    async close() {
      closing.abort()
      await client.end().catch(() => {})
      await keeping
    },
  }
}

async function connect(url: string, channels: readonly string[], onNotify: OnNotify) {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'tillway listener',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  client.on('error', () => {})
  client.on('notification', ({ channel, payload }) => onNotify(channel, payload ?? ''))
  try {
    await client.connect()
    for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
  return client
}

function lossOf(client: pg.Client): Promise<void> {
  return new Promise((resolve) => client.once('end', () => resolve()))
}

async function reconnect(
  url: string,
  channels: readonly string[],
  onNotify: OnNotify,
  signal: AbortSignal,
): Promise<pg.Client | undefined> {
  let waitMs: number = backoffMs.first
  while (!signal.aborted) {
    try {
      const client = await connect(url, channels, onNotify)
      if (!signal.aborted) return client
      await client.end()
      return undefined
    } catch {
      // Half of the wait is random, so that many processes do not come back at the same moment.
      await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, backoffMs.most)
    }
  }
  return undefined
}
