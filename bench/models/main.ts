/**
 * `npm run bench:models [-- NAME ... --require-data --report-only]`: each model on real data, one
 * table each, then docs/models.md from all results that were ever kept.
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readMachine } from '../parts/machine.ts'
import { inColumns } from '../parts/table.ts'
import { missingFolders } from './data/folder.ts'
import type { Evaluation } from './evaluation.ts'
import { evaluations } from './index.ts'
import { reportOf, tableOf } from './report.ts'
import { documents, type EvaluationResult, readResult, writeResult } from './results.ts'

const minutesMax = 60

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'require-data': { type: 'boolean', default: false },
    'report-only': { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !evaluations.some((one) => one.name === name))
if (unknown.length > 0) {
  const names = evaluations.map(({ name }) => name).join(', ')
  process.stderr.write(`There is no evaluation ${unknown.join(', ')}; there are ${names}.\n`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'tillway-models-'))
const machine = readMachine(folder)
rmSync(folder, { recursive: true })
let hasFailed = false
for (const evaluation of values['report-only'] ? [] : evaluations) {
  if (positionals.length > 0 && !positionals.includes(evaluation.name)) continue
  const missing = missingFolders(evaluation.data)
  if (missing.length > 0) {
    process.stdout.write(
      `\n${evaluation.title}: not run, since its data is not here: ${missing.join(', ')}. ` +
        'Put the folders into ../shared/data, or name their place in TILLWAY_MODEL_DATA.\n',
    )
    hasFailed ||= values['require-data']
    continue
  }
  process.stdout.write(`\n== ${evaluation.title}\n`)
  try {
    const result = await measure(evaluation)
    writeResult(result)
    process.stdout.write(`\n${inColumns(tableOf(result))}\n`)
  } catch (error) {
    // One that fails must not take the others' figures along.
    hasFailed = true
    process.stdout.write(`${evaluation.name} failed: ${String(error)}\n`)
  }
}
const kept = evaluations.flatMap(({ name }) => readResult(name) ?? [])
writeFileSync(new URL('models.md', documents), reportOf(kept))
process.exitCode = hasFailed ? 1 : 0

async function measure(evaluation: Evaluation): Promise<EvaluationResult> {
  const beganAt = performance.now()
  const rows = await runApart(evaluation.name)
  const { cores, processor, memoryGb, node } = machine
  return {
    name: evaluation.name,
    title: evaluation.title,
    ranOn: new Date().toISOString().slice(0, 10),
    machine: `${cores} cores (${processor}), ${memoryGb} GB, Node ${node}`,
    seconds: (performance.now() - beganAt) / 1000,
    notes: [...evaluation.notes],
    rows,
  }
}

function runApart(name: string): Promise<EvaluationResult['rows']> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('run-one.ts', import.meta.url), [name], {
      execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=6000'],
      timeout: minutesMax * 60_000,
      serialization: 'advanced',
    })
    let rows: EvaluationResult['rows'] | undefined
    child.on('message', (message: EvaluationResult['rows']) => {
      rows = message
    })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0 && rows !== undefined) resolve(rows)
      else reject(new Error(signal === null ? `it ended with ${code}` : `it was ended (${signal})`))
    })
  })
}
