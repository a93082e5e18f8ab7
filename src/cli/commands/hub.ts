import { Command } from 'commander'
import { print } from '../output.ts'
import { runUntilStopped, sayReady } from '../process.ts'

/** Names that the world already uses. */
const aliases = { databaseUrl: 'DATABASE_URL' }

export function hubCommand(): Command {
  return new Command('hub')
    .description('Run a hub. Everything it is told comes from the environment.')
    .action(async () => {
      // Only when it runs: a help or a trace need not wait for all of a hub to load.
      const { readConfig } = await import('../../base/config.ts')
      const { HubConfig } = await import('../../hub/config.ts')
      const { startHub } = await import('../../hub/hub.ts')
      const hub = await startHub(readConfig(HubConfig, process.env, aliases))
      sayReady({ url: hub.url })
      if (process.send === undefined) print(`The hub listens at ${hub.url}`)
      await runUntilStopped(() => hub.close())
    })
}
