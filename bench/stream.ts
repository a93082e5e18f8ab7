/** `npm run bench:stream`: how many events a second the log takes, from append to effect. */
import { streamRates } from './stream/stream-rates.ts'
import { runSuite } from './suite.ts'

const suite = {
  command: 'npm run bench:stream',
  title: 'The event log',
  document: 'benchmarks-stream.md',
  measurements: [streamRates],
}
await runSuite(suite, process.argv.slice(2))
