/** Free ports on loopback: the one asked for, or the next ones. */
import { createServer } from 'node:net'
import { Fault } from '../../base/fault.ts'

export async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** @throws Fault port_taken when a hundred in a row are taken */
export async function freePorts(first: number, count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = first; ports.length < count; port += 1) {
    if (port >= first + 100) throw new Fault('port_taken', { ports: `${first} to ${port}` })
    if (await isFree(port)) ports.push(port)
  }
  return ports
}
