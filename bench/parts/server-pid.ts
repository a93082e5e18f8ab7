/** The process id of an embedded PostgreSQL, which the server writes into its data folder. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @returns 0 when no server runs there */
export function serverPid(folder: string): number {
  const [file] = globSync('**/postmaster.pid', { cwd: folder })
  return file === undefined ? 0 : Number.parseInt(readFileSync(join(folder, file), 'utf8'), 10)
}
