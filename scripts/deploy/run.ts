/** Runs a tool to its end, with a bound on its time, and says what it said when it fails. */
import { spawnSync } from 'node:child_process'

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly uid?: number
  readonly withinSeconds?: number
  /** The tool is meant to refuse what it is given. */
  readonly refuses?: boolean
}

/** @returns what it wrote to its standard output @throws Error with what it wrote to both */
export function run(
  command: string,
  args: readonly string[],
  { env = {}, cwd, uid, withinSeconds = 300, refuses = false }: RunOptions = {},
): string {
  const done = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: withinSeconds * 1000,
    maxBuffer: 50_000_000,
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid, gid: uid }),
  })
  if (done.error !== undefined) throw new Error(`${command}: ${done.error.message}`)
  if ((done.status === 0) === refuses)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${done.status}\n${done.stdout}${done.stderr}`,
    )
  return done.stdout
}
