import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { Fault } from '../../base/fault.ts'
import type { DeadLetterView } from '../../hub/views.ts'
import { openHubApi } from '../hub-api.ts'
import { exitCodes, print, printJson, table } from '../output.ts'

interface Shared {
  readonly dataDir: string
  readonly json: boolean
}

interface Replays {
  readonly items: readonly {
    readonly regionId: string
    readonly decisionsCount: number
    readonly changed: readonly Readonly<Record<string, string | boolean>>[]
  }[]
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('Run something again: past decisions, or dead letters.')
    .addCommand(decisions())
    .addCommand(deadLetters())
}

function decisions(): Command {
  return new Command('decisions')
    .description('Show which past decisions would differ. Exits with 1 when any would.')
    .option('--policies <file>', 'Cedar policies to try in place of those in force')
    .option('--limit <count>', 'how many of the latest decisions of each region', count, 500)
    .option('--data-dir <folder>', 'of the running Tillway', '.tillway')
    .option('--json', 'as JSON', false)
    .action(async (options: Shared & { policies?: string; limit: number }) => {
      const policies = options.policies === undefined ? {} : { policies: read(options.policies) }
      const hub = openHubApi(options.dataDir)
      const body = { ...policies, limit: options.limit }
      const { items } = await hub.post<Replays>('/v1/replays', body)
      if (options.json) printJson(items)
      else
        for (const { regionId, decisionsCount, changed } of items) {
          print(`${regionId}: ${changed.length} of ${decisionsCount} decisions would differ`)
          const rows = changed.map((one) => [
            `  ${one.proposalId}`,
            String(one.storeId),
            String(one.action),
            `${one.was} -> ${one.wouldBe}`,
            one.isProposalChanged ? 'the proposal itself changes' : '',
          ])
          if (rows.length > 0) print(table(rows))
        }
      if (items.some(({ changed }) => changed.length > 0)) process.exitCode = exitCodes.foundWrong
    })
}

function deadLetters(): Command {
  return new Command('dead-letters')
    .description('Try events again that could not be taken in or handled.')
    .option('--id <id>', 'only this one')
    .option('--data-dir <folder>', 'of the running Tillway', '.tillway')
    .option('--json', 'as JSON', false)
    .action(async (options: Shared & { id?: string }) => {
      const hub = openHubApi(options.dataDir)
      const { items } = await hub.get<{ items: DeadLetterView[] }>('/v1/dead-letters')
      const wanted = items.filter(
        ({ deadLetterId, replayedAt }) =>
          replayedAt === undefined && (options.id === undefined || options.id === deadLetterId),
      )
      const results = []
      for (const { regionId, deadLetterId, code } of wanted) {
        const outcome = await hub
          .post(`/v1/dead-letters/${regionId}/${deadLetterId}/replay`, {})
          .then(() => 'replayed')
          .catch((error: unknown) => Fault.from(error).message)
        results.push({ regionId, deadLetterId, code, outcome })
      }
      if (options.json) printJson(results)
      else if (results.length === 0) print('No dead letter waits.')
      else print(table(results.map((r) => [r.regionId, r.deadLetterId, r.code, r.outcome])))
      if (results.some(({ outcome }) => outcome !== 'replayed'))
        process.exitCode = exitCodes.foundWrong
    })
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 5000)
    throw new InvalidArgumentError('a number from 1 to 5000')
  return value
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('config_invalid', { field: '--policies', expected: 'a readable file' }, cause)
  }
}
