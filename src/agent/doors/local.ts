/** The door stands open to vendors; some routes are for the machine itself alone. */
import type { FastifyRequest } from 'fastify'
import { Fault } from '../../base/fault.ts'

/** @throws Fault not_found, as if there were nothing here */
export function assertLocal({ ip, headers }: FastifyRequest): void {
  const isLocal = /^(127\.|::1$|::ffff:127\.)/.test(ip) && headers['x-forwarded-for'] === undefined
  if (!isLocal) throw new Fault('not_found', { field: 'path' })
}
