/** HTTP requests made ready beforehand, as the bytes that go over the wire, in one file. */
import { readFileSync, writeFileSync } from 'node:fs'

export interface PlainRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function bytesOf({ method, path, headers, body }: PlainRequest): Buffer {
  const all = { host: '127.0.0.1', ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
}

export function saveRequests(file: string, requests: readonly PlainRequest[]): void {
  const parts = requests.flatMap((request) => {
    const bytes = bytesOf(request)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return [length, bytes]
  })
  writeFileSync(file, Buffer.concat(parts))
}

export function readRequests(file: string): Buffer[] {
  const all = readFileSync(file)
  const requests: Buffer[] = []
  for (let at = 0; at < all.length; ) {
    const end = at + 4 + all.readUInt32LE(at)
    requests.push(all.subarray(at + 4, end))
    at = end
  }
  return requests
}
