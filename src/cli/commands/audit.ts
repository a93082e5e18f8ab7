import { Command } from 'commander'
import { verifyChain } from '../../ledger/chain.ts'
import type { LedgerEntry } from '../../ledger/entry.ts'
import type { Verification } from '../../ledger/ledger.ts'
import { type HubApi, openHubApi } from '../hub-api.ts'
import { exitCodes, print, printJson } from '../output.ts'

interface Options {
  readonly region?: string
  readonly dataDir: string
  readonly json: boolean
}

export function auditCommand(): Command {
  const verify = new Command('verify')
    .description(
      'Check every entry of the ledger; names the first that was altered, removed or moved.',
    )
    .option('--region <region>', 'only this one')
    .option('--data-dir <folder>', 'of the running Tillway', '.tillway')
    .option('--json', 'as JSON', false)
    .action(async (options: Options) => {
      const hub = openHubApi(options.dataDir)
      const regions = options.region === undefined ? await regionsOf(hub) : [options.region]
      const results = []
      for (const region of regions) results.push({ region, ...(await verifyRegion(hub, region)) })
      if (options.json) printJson(results)
      else for (const result of results) print(sayResult(result))
      if (results.some(({ outcome }) => outcome === 'broken'))
        process.exitCode = exitCodes.foundWrong
    })
  return new Command('audit').description('Look after the ledger.').addCommand(verify)
}

async function regionsOf(hub: HubApi): Promise<string[]> {
  const { cells } = await hub.get<{ cells: Record<string, unknown> }>('/readyz')
  return Object.keys(cells)
}

/**
 * The chain is hashed again here, from the entries as the hub hands them out; the hub itself adds
 * what only it can check: signed checkpoints, and each batch of events against the event log.
 */
async function verifyRegion(hub: HubApi, region: string): Promise<Verification> {
  const here = await verifyChain(entriesOf(hub, region))
  if (here.outcome === 'broken') return { ...here }
  return await hub.get<Verification>(`/v1/ledger/${region}/verification`)
}

const pageSize = 1000

async function* entriesOf(hub: HubApi, region: string): AsyncGenerator<LedgerEntry> {
  for (let after = 0; ; ) {
    const path = `/v1/ledger/${region}/entries?after=${after}&limit=${pageSize}`
    const { items } = await hub.get<{ items: LedgerEntry[] }>(path)
    yield* items
    const last = items.at(-1)
    if (last === undefined) return
    after = last.sequence
  }
}

function sayResult(result: { region: string } & Verification): string {
  if (result.outcome === 'broken')
    return `${result.region}: BROKEN at entry ${result.sequence}: ${result.problem}. ${result.says}`
  return `${result.region}: intact, ${result.entriesCount} entries, ${result.batchesCount} batches of events, ${result.checkpointsCount} signed checkpoints, head ${result.headHash.slice(0, 16)}`
}
