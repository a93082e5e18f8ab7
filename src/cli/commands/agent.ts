import { Command } from 'commander'
import { print } from '../output.ts'
import { runUntilStopped, sayReady } from '../process.ts'

export function agentCommand(): Command {
  return new Command('agent')
    .description('Run an agent for one store or many. Told by the environment.')
    .action(async () => {
      const { readConfig } = await import('../../base/config.ts')
      const { AgentConfig } = await import('../../agent/config.ts')
      const { startAgent } = await import('../../agent/agent.ts')
      const { findConnector } = await import('../../connectors/index.ts')
      const agent = await startAgent(readConfig(AgentConfig, process.env), { findConnector })
      sayReady({ url: agent.url })
      if (process.send === undefined) print(`The agent listens at ${agent.url}`)
      await runUntilStopped(() => agent.close())
    })
}
