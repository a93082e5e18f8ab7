/** The simulator's door: four vendors' APIs, each below its name, and its own controls. */
import Fastify, { type FastifyInstance } from 'fastify'
import { Fault } from '../base/fault.ts'
import { parse } from '../base/parse.ts'
import { ControlRequest } from './config.ts'
import type { Emulator } from './emulator.ts'

export interface HostedControls {
  tally(): object
  state(): object
  control(request: ControlRequest): Promise<object>
}

export async function createHost(
  emulators: readonly Emulator[],
  controls: HostedControls,
): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: 10_000_000, forceCloseConnections: true })
  for (const emulator of emulators)
    await app.register(async (scope) => void (await emulator.routes(scope)), {
      prefix: `/${emulator.vendor}`,
    })
  await app.register(async (own) => {
    own.setErrorHandler((error, _request, reply) => {
      const fault = Fault.from(error)
      return reply.status(fault.status).send(fault.toBody())
    })
    own.get('/tally', () => controls.tally())
    own.get('/state', () => controls.state())
    own.post('/control', (request) =>
      controls.control(parse(ControlRequest, request.body ?? {}, 'request_malformed')),
    )
  })
  return app
}

/** @throws Fault port_taken | config_invalid */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') throw new Fault('port_taken', { field: 'port', port }, cause)
    throw new Fault('config_invalid', { field: 'port', expected: 'a port we may open' }, cause)
  }
}
