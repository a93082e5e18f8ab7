/** The agent's HTTP door: raw bodies, bounded; every fault answered with its body and counted. */
import type { AddressInfo, Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { Fault, type FaultCode } from '../../base/fault.ts'
import type { Logger } from '../../base/log.ts'
import type { Counts } from '../counts.ts'

export interface Door {
  readonly app: FastifyInstance
  /** @throws Fault port_taken */
  listen(host: string, port: number): Promise<string>
  /** Takes no new requests, lets those under way end. */
  close(): Promise<void>
}

const requestMsMax = 30_000

const fastifyFaults: Readonly<Record<string, FaultCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body_truncated',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'body_malformed',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'body_malformed',
  ECONNRESET: 'body_truncated',
}

export function createDoor(bodyBytesMax: number, counts: Counts, log: Logger): Door {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    routerOptions: { maxParamLength: 256 },
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, counts),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const fault = counts.fault(faultOf(error))
    if (fault.code === 'internal') log.error({ err: error }, 'a request failed')
    return sendFault(reply, fault)
  })
  app.setNotFoundHandler((_request, reply) =>
    sendFault(reply, counts.fault(new Fault('not_found', { field: 'path' }))),
  )

  return {
    app,
    async listen(host, port) {
      try {
        await app.listen({ host, port })
      } catch (cause) {
        const isTaken = (cause as { code?: string }).code === 'EADDRINUSE'
        throw isTaken ? new Fault('port_taken', { field: 'port', port }, cause) : cause
      }
      const { port: given } = app.server.address() as AddressInfo
      return `http://${host.includes(':') ? `[${host}]` : host}:${given}`
    },
    close: () => app.close(),
  }
}

function sendFault(reply: FastifyReply, fault: Fault): FastifyReply {
  if (fault.status === 503) reply.header('retry-after', '5')
  return reply.code(fault.status).send(fault.toBody())
}

function faultOf(error: FastifyError | Fault): Fault {
  if (error instanceof Fault) return error
  const code = fastifyFaults[error.code]
  return code === undefined ? Fault.from(error) : new Fault(code, { field: 'body' }, error)
}

/** What the HTTP parser gives up on: a body that ends early, or bytes that are no request. */
function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  counts: Counts,
): void {
  const isCutShort = error.code === 'HPE_INVALID_EOF_STATE' || error.code === 'ECONNRESET'
  const fault = counts.fault(new Fault(isCutShort ? 'body_truncated' : 'body_malformed'))
  const body = JSON.stringify(fault.toBody())
  if (socket.writable)
    socket.end(
      `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    )
  else socket.destroy()
}

const none = Buffer.alloc(0)

/** The bytes as received; a request without any has an empty body. */
export function bodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : none
}
