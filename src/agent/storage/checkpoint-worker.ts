/**
 * A thread that moves what was committed from the write-ahead log into the database file. On the
 * agent's own thread each such move would keep registers waiting for its flush.
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const everyMs = 200
/** Pages of the log past which it is emptied even though writers wait for that a moment: 256 MB. */
const pagesMax = 65_536

const database = new DatabaseSync(workerData as string, { timeout: 1000 })
database.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0')
const passive = database.prepare('pragma wal_checkpoint(passive)')
const restart = database.prepare('pragma wal_checkpoint(restart)')

const timer = setInterval(() => {
  const { log } = passive.get() as { log: number }
  if (log > pagesMax) restart.get()
}, everyMs)

parentPort?.once('message', () => {
  clearInterval(timer)
  database.close()
  parentPort?.close()
})
