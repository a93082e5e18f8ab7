/**
 * As whom the embedded server runs. PostgreSQL refuses to run as root, so root starts it as
 * `postgres` or `nobody`; that user may be unable to enter the folders above (`/root` is closed to
 * all others), and then `setpriv` lends it that one right.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Fault } from './fault.ts'

export interface ServerUser {
  /** Absent when we run as an ordinary user: then the server runs as we do. */
  readonly ids?: { readonly uid: number; readonly gid: number }
  run(command: string, args: readonly string[], options: SpawnOptions): ChildProcess
}

/** @throws Fault data_dir_unusable when no user can run a server on that folder */
export function serverUserFor(folder: string, binary: string): ServerUser {
  if (process.getuid?.() !== 0) return { run: (...all) => spawn(...all) }
  const ids = findUser()
  if (canEnter(folder, ids) && canEnter(dirname(binary), ids))
    return { ids, run: (command, args, options) => spawn(command, args, { ...options, ...ids }) }
  const setpriv = findProgram('setpriv')
  if (setpriv === undefined)
    throw new Fault('data_dir_unusable', {
      folder,
      expected: 'a folder that users other than root can enter, such as /var/lib/tillway',
    })
  const lend = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups']
  lend.push('--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override')
  return {
    ids,
    run: (command, args, options) => spawn(setpriv, [...lend, command, ...args], options),
  }
}

function findUser(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields?.[2] && fields[3]) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Fault('data_dir_unusable', {
    expected: 'to run as an ordinary user, or a user named postgres or nobody on this machine',
  })
}

/** Whether each folder on the way down lets the user pass. */
function canEnter(folder: string, { uid, gid }: { uid: number; gid: number }): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid: owner, gid: group } = statSync(path)
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (path === dirname(path)) return true
  }
}

function findProgram(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK)
      return `${folder}/${name}`
    } catch {
      // Not there; look on.
    }
  }
  return undefined
}
