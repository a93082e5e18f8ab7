/**
 * A real PostgreSQL of our own below a data directory, on the loopback address only. It ends when
 * this process ends, in order or not, and goes on from its data at the next start.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockDirectory } from './directory-lock.ts'
import { argumentsFor, type Cluster, openCluster, superuser } from './embedded-postgres-cluster.ts'
import { Fault } from './fault.ts'

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password (readable by us only) and its log. */
  readonly dataDir: string
  /** Absent: any free port. */
  readonly port?: number
  /** False only where the data may be lost, as in tests. */
  readonly isDurable?: boolean
}

export interface EmbeddedPostgres {
  readonly adminUrl: string
  readonly port: number
  /** True when the data was created by this start. */
  readonly isNew: boolean
  /** Ends when the server ends; `wasAsked` is false when it was not `stop` that ended it. */
  readonly ended: Promise<{ wasAsked: boolean }>
  stop(): Promise<void>
}

/** @throws Fault port_taken | data_dir_unusable | data_dir_busy */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const directory = resolve(options.dataDir)
  const isDurable = options.isDurable ?? true
  makeDirectory(directory)
  const lock = lockDirectory(directory)
  try {
    if (options.port !== undefined) await findPort(options.port)
    const cluster = await openCluster(directory, isDurable)
    // We hold the lock, so a server that still runs here was left behind by a process that died.
    await endLeftBehind(cluster.folder)
    const port = await findPort(options.port)
    const server = await launchAfter(cluster, argumentsFor(cluster.folder, port, isDurable))
    return running(server, cluster, port, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

const predecessorEndsWithinMs = 15_000

function makeDirectory(directory: string): void {
  try {
    // The server's user passes through it; the password in it stays readable by us only.
    mkdirSync(directory, { recursive: true, mode: 0o755 })
  } catch (cause) {
    throw new Fault('data_dir_unusable', { folder: directory }, cause)
  }
}

function running(
  server: ChildProcess,
  cluster: Cluster,
  port: number,
  release: () => void,
): EmbeddedPostgres {
  const watchdog = watch(serverPid(cluster.folder))
  let wasAsked = false
  const ended = exitOf(server).then(() => {
    watchdog?.kill()
    release()
    return { wasAsked }
  })
  return {
    adminUrl: `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/postgres`,
    port,
    isNew: cluster.isNew,
    ended,
    async stop() {
      wasAsked = true
      server.ref()
      askToEnd(cluster)
      await ended
    },
  }
}

/** Sessions of a server that was killed see it within a moment, and let go of its memory only then. */
async function launchAfter(cluster: Cluster, settings: string[]): Promise<ChildProcess> {
  const untilMs = performance.now() + predecessorEndsWithinMs
  for (;;)
    try {
      return await launch(cluster, settings)
    } catch (error) {
      const isStillThere = /pre-existing shared memory/.test(String(Fault.from(error).detail.says))
      if (!isStillThere || performance.now() > untilMs) throw error
      await sleep(100)
    }
}

/** Resolves when the server takes connections. */
async function launch(cluster: Cluster, settings: string[]): Promise<ChildProcess> {
  const log = openLog(cluster.logFile)
  // In a group of its own, so that Ctrl-C reaches us alone and we stop things in order.
  const server = cluster.user.run(cluster.binaries.postgres, settings, {
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...process.env, LC_ALL: 'C' },
  })
  closeSync(log)
  server.unref()
  const exit = exitOf(server)
  for (let isOver = false; ; ) {
    if (statusOf(cluster.folder).status === 'ready') return server
    if (isOver) throw startFault(cluster)
    isOver = await Promise.race([exit.then(() => true), sleep(15).then(() => false)])
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  })
}

function startFault(cluster: Cluster): Fault {
  const lines = readFileSync(cluster.logFile, 'utf8').trim().split('\n').slice(-12)
  const says = lines.findLast((line) => /FATAL|PANIC|postgres:/.test(line)) ?? lines.at(-1) ?? ''
  const wasTaken = lines.some((line) => /could not bind|Address already in use/.test(line))
  return new Fault(wasTaken ? 'port_taken' : 'data_dir_unusable', { folder: cluster.folder, says })
}

/** Appends to the last log, unless that has grown large. */
function openLog(file: string): number {
  const isLarge = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000
  return openSync(file, isLarge ? 'w' : 'a', 0o600)
}

/** The server's own file: process id in line 1, state in line 8. */
function statusOf(folder: string): { pid?: number; status?: string } {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
    const status = lines[7]?.trim()
    return { pid: Number(lines[0]), ...(status !== undefined && { status }) }
  } catch {
    return {}
  }
}

function serverPid(folder: string): number {
  const { pid } = statusOf(folder)
  if (pid === undefined) throw new Fault('internal', { says: 'the server has no process id' })
  return pid
}

function askToEnd(cluster: Cluster): void {
  const { pid } = statusOf(cluster.folder)
  if (pid === undefined) return
  if (process.platform === 'win32')
    spawn(cluster.binaries.pg_ctl, ['stop', '-D', cluster.folder, '-m', 'fast'])
  else signal(pid, 'SIGINT') // "fast": ends sessions, then writes everything out
}

/** When we die without a word, the pipe to this shell closes and it stops the server. */
function watch(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined
  const script = `read -r _ || kill -INT ${pid}`
  const shell = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => {})
  shell.unref()
  ;(shell.stdin as unknown as { unref?: () => void } | null)?.unref?.()
  return shell
}

async function endLeftBehind(folder: string): Promise<void> {
  const { pid } = statusOf(folder)
  if (pid !== undefined && isServerOf(pid, folder)) {
    signal(pid, 'SIGINT')
    for (let waited = 0; isAlive(pid) && waited < 10_000; waited += 50) await sleep(50)
    if (isAlive(pid)) throw new Fault('data_dir_busy', { folder, process: pid })
  } else {
    // After a kill -9 or a restart of the machine its process id may belong to anybody.
    rmSync(join(folder, 'postmaster.pid'), { force: true })
  }
}

/** On Linux by its working directory, which is the cluster; elsewhere any live process counts. */
function isServerOf(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    const at = statSync(`/proc/${pid}/cwd`)
    const cluster = statSync(folder)
    return at.dev === cluster.dev && at.ino === cluster.ino
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone already.
  }
}

/** @throws Fault port_taken */
function findPort(wanted?: number): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', (cause) => failed(new Fault('port_taken', { port: wanted ?? 0 }, cause)))
    probe.listen({ host: '127.0.0.1', port: wanted ?? 0, exclusive: true }, () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => found(port))
    })
  })
}
