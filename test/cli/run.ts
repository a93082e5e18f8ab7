/** Runs bin/tillway as a person would: a process of its own, its exit code and what it wrote. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestHub } from '../hub/harness.ts'

const bin = fileURLToPath(new URL('../../bin/tillway', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export async function tillway(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(TILLWAY_|DATABASE_URL|NODE_TEST_CONTEXT)/.test(name),
  )
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: tmpdir(),
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, out, err }
}

/** What tells a command where this hub is. */
export function operatorOf({ hub, config }: TestHub): Record<string, string> {
  return { TILLWAY_HUB_URL: hub.url, TILLWAY_OPERATOR_TOKEN: config.operatorToken as string }
}
