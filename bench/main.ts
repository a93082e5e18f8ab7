/** `npm run bench`: the loop from webhook to command, piece by piece. */
import { measurements } from './index.ts'
import { runSuite } from './suite.ts'

const suite = {
  command: 'npm run bench',
  title: 'Benchmarks',
  document: 'benchmarks.md',
  measurements,
}
await runSuite(suite, process.argv.slice(2))
