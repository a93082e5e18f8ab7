/**
 * A vendor that has no time: every call is answered 429 with a long Retry-After. Look-ups stay on
 * disk and wait, and the vendor's side takes nothing of the machine that is measured.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BusyVendor {
  readonly url: string
  close(): void
}

export async function startBusyVendor(): Promise<BusyVendor> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(429, { 'retry-after': '3600' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
