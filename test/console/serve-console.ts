/** Serves the built console's files under the content policy that the hub sets. */
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '../../src/base/fault.ts'

const consoleDir = fileURLToPath(new URL('../../dist/console/', import.meta.url))
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Mantine sets some styles in the page; scripts come only from files. */
const contentPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** Every address that is no file is a page of the console. */
export async function serveConsoleFile(path: string, response: ServerResponse): Promise<void> {
  const name = extname(path) === '' ? 'index.html' : normalize(path)
  const content = await readFile(join(consoleDir, name)).catch(() => {
    throw new Fault('not_found')
  })
  response.writeHead(200, {
    'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': contentPolicy,
  })
  response.end(content)
}
