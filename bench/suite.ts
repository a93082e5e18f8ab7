/** One suite: its measurements in one run, printed as they come, then written down for the documents. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BenchContext, Finding, Measurement } from './measurement.ts'
import { readMachine } from './parts/machine.ts'
import { inColumns } from './parts/table.ts'
import { machineRows, reportOf } from './report.ts'

export interface Suite {
  /** What people type to run it. */
  readonly command: string
  readonly title: string
  /** In `docs/`. */
  readonly document: string
  /** In the order in which they run. */
  readonly measurements: readonly Measurement[]
}

/** @param wanted names of measurements; none for all, and only then is the document written */
export async function runSuite(suite: Suite, wanted: readonly string[]): Promise<void> {
  const { measurements } = suite
  const unknown = wanted.filter((name) => !measurements.some((one) => one.name === name))
  if (unknown.length > 0) {
    const names = measurements.map(({ name }) => name).join(', ')
    process.stderr.write(`There is no measurement ${unknown.join(', ')}; there are ${names}.\n`)
    process.exit(2)
  }

  // Not in the system's folder for temporary files, which may be no disk at all.
  const root = fileURLToPath(new URL('../', import.meta.url))
  const cache = `${root}node_modules/.cache/`
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(`${cache}tillway-bench-`)
  const closers: (() => Promise<void>)[] = []
  const context: BenchContext = {
    folder,
    say: (line) => void process.stderr.write(`  ${line}\n`),
    memory: [],
    atEnd: (close) => void closers.push(close),
  }

  const beganAt = performance.now()
  const found: { measurement: Measurement; finding: Finding }[] = []
  try {
    const machine = readMachine(folder)
    for (const row of machineRows(machine)) process.stdout.write(`${row}\n`)
    for (const measurement of measurements) {
      if (wanted.length > 0 && !wanted.includes(measurement.name)) continue
      const finding = await measurement.run(context)
      found.push({ measurement, finding })
      print(measurement, finding)
    }
    const seconds = Math.round((performance.now() - beganAt) / 1000)
    process.stdout.write(`\nThe whole run took ${seconds} s.\n`)
    // A part of the measurements must not overwrite the whole.
    if (wanted.length === 0)
      writeFileSync(`${root}docs/${suite.document}`, reportOf(suite, machine, found, seconds))
  } finally {
    for (const close of closers.toReversed()) await close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function print({ title }: Measurement, { tables, goals }: Finding): void {
  process.stdout.write(`\n== ${title}\n`)
  for (const table of tables) process.stdout.write(`\n${inColumns(table)}\n`)
  for (const { says, wanted, measured, isMet, missedBy, inTheWay } of goals) {
    const result = isMet ? 'met' : `missed by ${missedBy}; in the way: ${inTheWay}`
    process.stdout.write(`\nGoal: ${says}: ${wanted}; measured ${measured}: ${result}.`)
  }
  if (goals.length > 0) process.stdout.write('\n')
}
