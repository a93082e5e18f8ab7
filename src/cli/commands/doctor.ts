import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { Fault } from '../../base/fault.ts'
import type { StoreView } from '../../hub/views.ts'
import { openHubApi } from '../hub-api.ts'
import { exitCodes, print, printJson, table } from '../output.ts'
import { isFree } from '../start/ports.ts'

type Finding = { check: string; state: 'ok' | 'note' | 'wrong'; says: string }

const freeBytesMin = 1_000_000_000

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Look for what keeps Tillway from running well. Exits with 1 when something is wrong.',
    )
    .option('--data-dir <folder>', 'of the Tillway to look at', '.tillway')
    .option('--json', 'as JSON', false)
    .action(async (options: { dataDir: string; json: boolean }) => {
      const findings = [
        node(),
        consoleBuild(),
        ...folder(options.dataDir),
        ...(await hub(options.dataDir)),
      ]
      if (options.json) printJson(findings)
      else print(table(findings.map(({ check, state, says }) => [marks[state], check, says])))
      if (findings.some(({ state }) => state === 'wrong')) process.exitCode = exitCodes.foundWrong
    })
}

const marks = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' } as const

function node(): Finding {
  const { node: version } = process.versions
  const isRight = Number(version.split('.')[0]) >= 26
  return {
    check: 'Node',
    state: isRight ? 'ok' : 'wrong',
    says: isRight ? version : `${version}; 26 or later is needed, "npm ci" brings it`,
  }
}

function consoleBuild(): Finding {
  const page = fileURLToPath(new URL('../../../dist/console/index.html', import.meta.url))
  return existsSync(page)
    ? { check: 'Console', state: 'ok', says: 'built' }
    : { check: 'Console', state: 'note', says: 'not built; "tillway start" builds it' }
}

function folder(dataDir: string): Finding[] {
  const path = resolve(dataDir)
  const existing = existsSync(path) ? path : dirname(path)
  try {
    accessSync(existing, constants.W_OK)
  } catch {
    return [{ check: 'Data directory', state: 'wrong', says: `${path} cannot be written` }]
  }
  const { bavail, bsize } = statfsSync(existing)
  const gigabytes = (bavail * bsize) / 1e9
  return [
    {
      check: 'Data directory',
      state: 'ok',
      says: existsSync(path) ? path : `${path} (not there yet)`,
    },
    {
      check: 'Disk',
      state: bavail * bsize > freeBytesMin ? 'ok' : 'wrong',
      says: `${gigabytes.toFixed(1)} GB free`,
    },
  ]
}

async function hub(dataDir: string): Promise<Finding[]> {
  if (!existsSync(resolve(dataDir, 'operator.json'))) {
    const port = Number(process.env.TILLWAY_PORT ?? 8080)
    const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
    const free = isPort && (await isFree(port))
    const why = isPort ? `${port} is taken; set TILLWAY_PORT` : 'TILLWAY_PORT is not a port'
    return [
      { check: 'Port', state: free ? 'ok' : 'wrong', says: free ? `${port} is free` : why },
      { check: 'Hub', state: 'note', says: 'not started with this data directory' },
    ]
  }
  try {
    const api = openHubApi(dataDir)
    const { cells } = await api.get<{ cells: Record<string, { lag: Record<string, number> }> }>(
      '/readyz',
    )
    const { items } = await api.get<{ items: StoreView[] }>('/v1/stores')
    const { items: letters } = await api.get<{ items: { replayedAt?: string }[] }>(
      '/v1/dead-letters',
    )
    const silent = items.filter(({ agent }) => agent?.status !== 'online')
    const unwilling = items.filter(({ connection }) => connection === 'consent_needed')
    const waiting = letters.filter(({ replayedAt }) => replayedAt === undefined).length
    return [
      { check: 'Hub', state: 'ok', says: `ready at ${api.hubUrl}` },
      ...Object.entries(cells).map(
        ([region, { lag }]): Finding => ({
          check: `Cell ${region}`,
          state: Math.max(...Object.values(lag)) > 10_000 ? 'wrong' : 'ok',
          says: Object.entries(lag)
            .map(([group, count]) => `${group} ${count} behind`)
            .join(', '),
        }),
      ),
      {
        check: 'Agents',
        state: silent.length === 0 ? 'ok' : 'wrong',
        says:
          silent.length === 0
            ? `all ${items.length} stores online`
            : `silent: ${silent.map(({ name }) => name).join(', ')}`,
      },
      {
        check: 'Consents',
        state: unwilling.length === 0 ? 'ok' : 'wrong',
        says:
          unwilling.length === 0
            ? 'every vendor accepts its credentials'
            : `to be given anew: ${unwilling.map(({ name }) => name).join(', ')}`,
      },
      {
        check: 'Dead letters',
        state: waiting === 0 ? 'ok' : 'note',
        says: waiting === 0 ? 'none' : `${waiting} wait; see "tillway replay dead-letters"`,
      },
    ]
  } catch (error) {
    return [{ check: 'Hub', state: 'wrong', says: Fault.from(error).message }]
  }
}
