/** What the figures were taken on: figures without it say nothing. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { median } from './statistics.ts'

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** One small write made durable, median of many. */
  readonly flushMs: number
  /** Runnable processes on average in the minute before the run; well above 0, others were at work. */
  readonly loadBefore: number
}

export function readMachine(folder: string): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() || 'not told',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    flushMs: measureFlush(folder),
    loadBefore: loadavg()[0] ?? 0,
  }
}

function measureFlush(folder: string): number {
  const file = openSync(join(folder, 'flush'), 'w')
  const page = Buffer.alloc(4096, 1)
  const took: number[] = []
  for (let round = 0; round < 50; round += 1) {
    const beganAt = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    took.push(performance.now() - beganAt)
  }
  closeSync(file)
  return median(took)
}
