import { Command } from 'commander'
import { startAgent } from '../../agent/agent.ts'
import { AgentConfig } from '../../agent/config.ts'
import { readConfig } from '../../base/config.ts'
import { findConnector } from '../../connectors/index.ts'
import { print } from '../output.ts'
import { runUntilStopped, sayReady } from '../process.ts'

export function agentCommand(): Command {
  return new Command('agent')
    .description('Run an agent for one store or many. Told by the environment.')
    .action(async () => {
      const agent = await startAgent(readConfig(AgentConfig, process.env), { findConnector })
      sayReady({ url: agent.url })
      if (process.send === undefined) print(`The agent listens at ${agent.url}`)
      await runUntilStopped(() => agent.close())
    })
}
