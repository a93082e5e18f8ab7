/** The embedded server: its first start, its later ones, and what may stand in the way. */
import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { Fault } from './fault.ts'

const root = mkdtempSync(join(tmpdir(), 'tillway-embedded-'))
after(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const newFolder = () => join(root, `${++folders}`, 'postgres')

async function query(adminUrl: string, text: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

const faultOf = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('it is created once, goes on from its data, and keeps its password to itself', async () => {
  const dataDir = newFolder()
  // What an interrupted first start leaves behind.
  mkdirSync(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true })
  writeFileSync(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18\n')

  const first = await startEmbeddedPostgres({ dataDir })
  equal(first.isNew, true)
  await query(first.adminUrl, 'create table kept as select 42 as answer')
  deepEqual(
    await query(
      first.adminUrl,
      'select name, setting from pg_settings where name in ' +
        "('fsync', 'listen_addresses', 'synchronous_commit', 'unix_socket_directories') order by name",
    ),
    [
      ['fsync', 'on'],
      ['listen_addresses', '127.0.0.1'],
      ['synchronous_commit', 'on'],
      ['unix_socket_directories', ''],
    ],
  )
  equal(statSync(join(dataDir, 'password')).mode & 0o777, 0o600)
  ok(!existsSync(join(dataDir, 'cluster.unfinished')))
  const wrong = first.adminUrl.replace(/:[^:@]+@/, ':wrong@')
  await rejects(query(wrong, 'select 1'), /password authentication failed/)
  await rejects(startEmbeddedPostgres({ dataDir }), faultOf('data_dir_busy'))
  await first.stop()
  deepEqual(await first.ended, { wasAsked: true })

  const second = await startEmbeddedPostgres({ dataDir, port: first.port })
  equal(second.isNew, false)
  equal(second.port, first.port)
  deepEqual(await query(second.adminUrl, 'select answer from kept'), [[42]])
  await second.stop()
})

test('after a kill -9 of the server a stale process id is no obstacle', async () => {
  const dataDir = newFolder()
  const first = await startEmbeddedPostgres({ dataDir })
  await query(first.adminUrl, 'create table kept (n int)')
  const [[pid]] = (await query(
    first.adminUrl,
    "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int",
  )) as [[number]]
  process.kill(pid, 'SIGKILL')
  deepEqual(await first.ended, { wasAsked: false })
  const second = await startEmbeddedPostgres({ dataDir })
  deepEqual(await query(second.adminUrl, 'select * from kept'), [])
  await second.stop()
  // The same id may belong to any program after a restart of the machine, here to this one.
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n5432\n`)
  const third = await startEmbeddedPostgres({ dataDir })
  await third.stop()
})

test('when its owner is killed the server ends too, and the next start goes on', async () => {
  const dataDir = newFolder()
  const { child, url } = await startInProcess(dataDir)
  await query(url, 'create table kept as select 7 as n')
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  const next = await startEmbeddedPostgres({ dataDir, isDurable: false })
  deepEqual(await query(next.adminUrl, 'select n from kept'), [[7]])
  await next.stop()
})

async function startInProcess(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const program = `
    const { startEmbeddedPostgres } = await import(process.argv[1])
    const server = await startEmbeddedPostgres({ dataDir: process.argv[2], isDurable: false })
    console.log(server.adminUrl)
    setInterval(() => {}, 1000)`
  const module = new URL('./embedded-postgres.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, module, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let says = ''
  child.stdout.on('data', (chunk) => {
    says += chunk
  })
  while (!says.includes('\n') && child.exitCode === null) await sleep(20)
  return { child, url: says.trim() }
}

test('a taken port and an unusable folder are named', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  await rejects(startEmbeddedPostgres({ dataDir: newFolder(), port }), faultOf('port_taken'))
  taken.close()

  const file = join(root, 'a-file')
  writeFileSync(file, '')
  await rejects(startEmbeddedPostgres({ dataDir: join(file, 'x') }), faultOf('data_dir_unusable'))

  const dataDir = newFolder()
  mkdirSync(join(dataDir, 'cluster'), { recursive: true })
  writeFileSync(join(dataDir, 'cluster', 'PG_VERSION'), '14\n')
  await rejects(
    startEmbeddedPostgres({ dataDir }),
    (fault: Fault) => fault.detail.found === 'PostgreSQL 14',
  )
})
