/** A few days of real transactions, and a simulator on them whose real clock stands still. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SimulatorConfig } from '../src/simulator/config.ts'
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts'
import { readRows } from '../src/simulator/transactions.ts'
import { type Recorded, recorders } from './simulator-recorder.ts'

export const slicePath = fileURLToPath(
  new URL('../data/transactions/transactions.csv.gz', import.meta.url),
)
export const installSecret = 'install-secret-of-the-tests'
const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
] as const

export interface Bench {
  readonly directory: string
  readonly transactionsFile: string
  remove(): void
}

/** Twelve days cut out of the slice, so that each start takes milliseconds. */
export async function createBench(): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'tillway-simulator-'))
  const transactionsFile = join(directory, 'transactions.csv')
  const lines = [columns.join(',')]
  for await (const row of readRows(slicePath)) {
    if (row.InvoiceDate >= '2011-06-18') break
    lines.push(columns.map((column) => `"${row[column].replaceAll('"', '""')}"`).join(','))
  }
  writeFileSync(transactionsFile, lines.join('\n'))
  return {
    directory,
    transactionsFile,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Paused: it moves only when told to step. */
export function startOn(
  bench: Bench,
  name: string,
  changes: Partial<SimulatorConfig> = {},
  seen?: (recorded: Recorded) => void,
): Promise<Simulator> {
  return startSimulator(
    {
      port: 0,
      dataDir: join(bench.directory, name),
      transactionsFile: bench.transactionsFile,
      installSecret,
      isPaused: true,
      duplicateRatio: 0,
      ...changes,
    },
    { emulators: recorders(seen), realClock: { nowMs: () => Date.parse('2026-11-20T12:00:00Z') } },
  )
}
