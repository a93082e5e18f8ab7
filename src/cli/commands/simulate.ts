import { Command } from 'commander'
import { z } from 'zod'
import { readConfig } from '../../base/config.ts'
import { createLog } from '../../base/log.ts'
import { SimulatorConfig } from '../../simulator/config.ts'
import { print } from '../output.ts'
import { runUntilStopped, sayReady } from '../process.ts'
import { writeConnections } from '../start/hand-over.ts'

const AgentUrls = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.record(z.string(), z.url()))
  .default({})

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Run emulated vendors and shoppers that replay real transactions through them.')
    .option('--speed <factor>', 'how many times as fast as ours time runs')
    .option('--hand-over <folder>', 'write the connections file of each agent there')
    .action(async (options: { speed?: string; handOver?: string }) => {
      const environment = { ...process.env, ...(options.speed && { TILLWAY_SPEED: options.speed }) }
      const schema = SimulatorConfig.extend({
        agentUrls: AgentUrls,
        isPaused: z.stringbool().default(false),
      })
      const config = readConfig(schema, environment)
      const { startSimulator } = await import('../../simulator/simulator.ts')
      const simulator = await startSimulator(config, { log: createLog('simulator', 'warn') })
      if (options.handOver !== undefined) writeConnections(options.handOver, simulator)
      sayReady({ url: simulator.url })
      if (process.send === undefined) print(`The simulator listens at ${simulator.url}`)
      await runUntilStopped(() => simulator.close())
    })
}
