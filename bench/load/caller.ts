/**
 * A keep-alive connection that asks one thing at a time, over a bare socket: a client library would
 * take as much of the machine as what is measured.
 */
import { connect, type Socket } from 'node:net'

/** @param answer the whole of it as bytes, good until the call returns */
type Done = (status: number, answer: Buffer) => void

export interface Caller {
  ask(request: Buffer, done: Done): void
  close(): void
}

const headEnd = Buffer.from('\r\n\r\n')
const lengthName = Buffer.from('content-length: ')
const empty: Buffer = Buffer.alloc(0)

export async function openCaller(port: number): Promise<Caller> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  let received = empty
  let waiting: Done | undefined

  function settle(status: number, answer: Buffer): void {
    const done = waiting
    waiting = undefined
    received = empty
    done?.(status, answer)
  }

  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const end = received.indexOf(headEnd)
    if (end === -1) return
    if (received.length < end + headEnd.length + lengthIn(received, end)) return
    settle(Number(received.toString('latin1', 9, 12)), received)
  })
  // A connection that breaks answers nothing: status 0 is counted like any other.
  socket.on('error', () => undefined)
  socket.on('close', () => settle(0, received))

  return {
    ask(request, done) {
      waiting = done
      if (socket.destroyed) settle(0, received)
      else socket.write(request)
    },
    close: () => socket.destroy(),
  }
}

function lengthIn(answer: Buffer, headEnds: number): number {
  const at = answer.indexOf(lengthName)
  if (at === -1 || at > headEnds) throw new Error('an answer without content-length')
  return Number.parseInt(answer.toString('latin1', at + lengthName.length, at + 30), 10)
}
