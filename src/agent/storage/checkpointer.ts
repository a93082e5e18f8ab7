/** Runs the checkpoint thread; should it fail, SQLite checkpoints on its own again. */
import { Worker } from 'node:worker_threads'
import type { Database } from './database.ts'

export interface Checkpointer {
  /** Resolves when the thread has let go of the file. */
  stop(): Promise<void>
}

/** Pages of the log at which SQLite itself checkpoints, should the thread be gone: 64 MB. */
const pagesWithoutThread = 16_000

export function startCheckpointer(database: Database, path: string): Checkpointer {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
    workerData: path,
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('error', () => {
    if (database.isOpen) database.exec(`pragma wal_autocheckpoint = ${pagesWithoutThread}`)
  })
  worker.unref()
  return {
    async stop() {
      // While it is waited for it keeps the process alive: else a failed start would end without a word.
      worker.ref()
      worker.postMessage('stop')
      await ended
    },
  }
}
