/** An agent as a process of its own, to be killed: its configuration comes as JSON on the command line. */
import { startAgent } from '../../src/agent/agent.ts'
import { findCorner } from './harness.ts'

const agent = await startAgent(JSON.parse(process.argv[2] ?? '{}'), { findConnector: findCorner })
process.stdout.write(`${agent.url}\n`)
