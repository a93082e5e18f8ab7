/**
 * The monitor's door: a port of its own, off unless it is configured, which no ingress leads to. It
 * tells counts and nothing else, and asks nobody who they are; all other routes are the gate's.
 */
import { createServer, type ServerResponse } from 'node:http'
import { Fault } from '../base/fault.ts'
import type { Logger } from '../base/log.ts'
import type { CellServices } from './context.ts'
import { metricsMediaType, readMetrics, writeMetrics } from './metrics.ts'

/** However often it is asked: the database is read at most this often. */
const freshMs = 2_000

export interface MetricsServer {
  close(): Promise<void>
}

/** @throws Fault port_taken */
export async function startMetricsServer(
  { host, port }: { readonly host: string; readonly port: number },
  cells: ReadonlyMap<string, CellServices>,
  chainId: string,
  log: Logger,
): Promise<MetricsServer> {
  let known: Promise<string> | undefined
  let readAtMs = Number.NEGATIVE_INFINITY
  const read = (): Promise<string> => {
    if (known !== undefined && performance.now() - readAtMs < freshMs) return known
    readAtMs = performance.now()
    known = readMetrics(cells.values(), chainId).then(writeMetrics)
    return known
  }
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics')
      return end(response, 404, 'application/json', JSON.stringify(new Fault('not_found').toBody()))
    read().then(
      (text) => end(response, 200, metricsMediaType, text),
      (error) => {
        known = undefined
        const fault = Fault.from(error)
        log.warn({ err: error }, 'the monitor got no answer')
        end(response, fault.status, 'application/json', JSON.stringify(fault.toBody()))
      },
    )
  })
  server.requestTimeout = 10_000
  server.maxConnections = 50
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new Fault('port_taken', { field: 'TILLWAY_METRICS_PORT', port }, cause)
          : cause,
      ),
    )
    server.listen(port, host, resolve)
  })
  return {
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function end(response: ServerResponse, status: number, mediaType: string, text: string): void {
  response.writeHead(status, { 'content-type': mediaType, 'cache-control': 'no-store' }).end(text)
}
