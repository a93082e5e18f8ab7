/** One evaluation in a process of its own, so that its memory and its time are nobody else's. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataRoot } from './data/folder.ts'
import type { EvaluationRow } from './evaluation.ts'
import { evaluations } from './index.ts'
import { documents } from './results.ts'

const evaluation = evaluations.find(({ name }) => name === process.argv[2])
const root = dataRoot()
if (evaluation === undefined || root === undefined)
  throw new Error('run by bench/models/main.ts, with an evaluation that there is, and its data')

const rows = await evaluation.run({
  data: (path) => {
    if (!evaluation.data.some((folder) => path.startsWith(`${folder}/`)))
      throw new Error(`${path} is in none of the folders that ${evaluation.name} names`)
    return join(root, path)
  },
  progress: (line) => void process.stderr.write(`  ${line}\n`),
  chart: (file, svg) => writeFileSync(new URL(`models/${file}`, documents), svg),
})
const memoryMb = process.resourceUsage().maxRSS / 1024
process.send?.(rows.map((row) => ({ memoryMb, ...row })) satisfies EvaluationRow[])
process.disconnect?.()
