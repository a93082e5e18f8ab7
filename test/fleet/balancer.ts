/** A small balancer before several hubs: each connection to the next in turn, past those that refuse it. */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

export interface Balancer {
  readonly url: string
  /** Where connections go from now on; those that there are stay. */
  point(ports: readonly number[]): void
  /** Ends the connections that there are too, and takes no other until it is pointed somewhere. */
  cutOff(): void
  close(): Promise<void>
}

const connectWithinMs = 1_000

export async function startBalancer(): Promise<Balancer> {
  let upstreams: readonly number[] = []
  let turn = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    client.on('error', () => undefined)
    client.once('close', () => open.delete(client))
    turn += 1
    const inTurn = upstreams.map((_, index) => upstreams[(index + turn) % upstreams.length] ?? 0)
    void findUpstream(inTurn).then((upstream) => {
      if (upstream === undefined || client.destroyed) return void client.destroy()
      upstream.on('error', () => client.destroy())
      upstream.once('close', () => client.destroy())
      client.once('close', () => upstream.destroy())
      client.pipe(upstream)
      upstream.pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    point(ports) {
      upstreams = ports
    },
    cutOff() {
      upstreams = []
      for (const socket of open) socket.destroy()
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function findUpstream(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const trying = connect({ host: '127.0.0.1', port })
      const refused = () => {
        trying.destroy()
        resolve(undefined)
      }
      trying.setTimeout(connectWithinMs, refused)
      trying.once('error', refused)
      trying.once('connect', () => {
        trying.setTimeout(0)
        trying.off('error', refused)
        resolve(trying)
      })
    })
    if (socket !== undefined) return socket
  }
  return undefined
}
