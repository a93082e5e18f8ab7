import { Command } from 'commander'
import { readConfig } from '../../base/config.ts'
import { HubConfig } from '../../hub/config.ts'
import { startHub } from '../../hub/hub.ts'
import { print } from '../output.ts'
import { runUntilStopped, sayReady } from '../process.ts'

/** Names that the world already uses. */
const aliases = { databaseUrl: 'DATABASE_URL' }

export function hubCommand(): Command {
  return new Command('hub')
    .description('Run a hub. Everything it is told comes from the environment.')
    .action(async () => {
      const hub = await startHub(readConfig(HubConfig, process.env, aliases))
      sayReady({ url: hub.url })
      if (process.send === undefined) print(`The hub listens at ${hub.url}`)
      await runUntilStopped(() => hub.close())
    })
}
