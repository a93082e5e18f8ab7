/** `npm run bench:fleet`: what a fleet costs as it grows. */
import { fleetGrowth } from './fleet/growth.ts'
import { runSuite } from './suite.ts'

const suite = {
  command: 'npm run bench:fleet',
  title: 'A fleet on one machine',
  document: 'benchmarks-fleet.md',
  measurements: [fleetGrowth],
}
await runSuite(suite, process.argv.slice(2))
