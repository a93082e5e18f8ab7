import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { exitCodes, print } from '../output.ts'

/** Beside a checkout that holds the full data set; the slice that comes along is used otherwise. */
const fullSet = fileURLToPath(
  new URL(
    '../../../../shared/data/uci_online_retail/dev/transactions_2010-12_2011-09.csv.gz',
    import.meta.url,
  ),
)

interface Options {
  readonly dataDir: string
  readonly port: number
  readonly speed: number
  readonly seed: string
  readonly fresh: boolean
  readonly transactions?: string
}

export function startCommand(): Command {
  return new Command('start')
    .description('Bring up the demo chain: database, hub, console, four agents, emulated vendors.')
    .option('--data-dir <folder>', 'where all state is kept', '.tillway')
    .addOption(
      new Option('--port <number>', 'of hub and console')
        .env('TILLWAY_PORT')
        .argParser(whole)
        .default(8080),
    )
    .option('--speed <factor>', 'how many times as fast as ours time runs', factor, 60)
    .option('--seed <text>', 'the same seed gives the same run', 'harbour')
    .option('--transactions <file>', 'the full set of transactions, in place of the slice')
    .option('--fresh', 'forget everything and begin anew', false)
    .action(async (options: Options) => {
      const beganAt = performance.now()
      const { startDemo } = await import('../start/demo.ts')
      const transactionsFile = options.transactions ?? (existsSync(fullSet) ? fullSet : undefined)
      let isStopping = false
      const starting = startDemo({
        ...options,
        isFresh: options.fresh,
        transactionsFile,
        say: print,
      })
      const stop = async (): Promise<void> => {
        if (isStopping) return
        isStopping = true
        print('Stopping; the next start goes on from here.')
        await starting.then((demo) => demo.stop()).catch(() => undefined)
        process.exit(exitCodes.done)
      }
      process.on('SIGINT', () => void stop())
      process.on('SIGTERM', () => void stop())
      const demo = await starting
      const seconds = ((performance.now() - beganAt) / 1000).toFixed(1)
      print(`\nAll is up in ${seconds} s. Open ${demo.url}`)
      print('Ctrl-C stops everything in order.')
    })
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('a port from 1 to 65535')
  return value
}

function factor(text: string): number {
  const value = Number(text)
  if (!(value >= 1 && value <= 100_000)) throw new InvalidArgumentError('a number from 1 to 100000')
  return value
}
