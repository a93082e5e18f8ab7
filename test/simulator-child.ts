/** Runs a simulator at full speed until it is killed; says how many sales are done. */
import { type createBench, startOn } from './simulator-harness.ts'

const [directory = '', transactionsFile = ''] = process.argv.slice(2)
const bench = { directory, transactionsFile, remove: () => {} } satisfies Awaited<
  ReturnType<typeof createBench>
>
const simulator = await startOn(bench, 'killed')
for (;;) {
  const { salesCount } = await simulator.control({ step: 1 })
  process.stdout.write(`${salesCount}\n`)
}
