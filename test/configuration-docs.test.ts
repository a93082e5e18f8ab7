/** The guide to configuration names every variable and flag that there is, its default, and no other. */
import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import type { Command } from 'commander'
import type { z } from 'zod'
import { AgentConfig } from '../src/agent/config.ts'
import { agentCommand } from '../src/cli/commands/agent.ts'
import { auditCommand } from '../src/cli/commands/audit.ts'
import { doctorCommand } from '../src/cli/commands/doctor.ts'
import { hubCommand } from '../src/cli/commands/hub.ts'
import { replayCommand } from '../src/cli/commands/replay.ts'
import { simulateCommand } from '../src/cli/commands/simulate.ts'
import { startCommand } from '../src/cli/commands/start.ts'
import { traceCommand } from '../src/cli/commands/trace.ts'
import { HubConfig } from '../src/hub/config.ts'
import { SimulatorConfig } from '../src/simulator/config.ts'

const guide = readFileSync(new URL('../docs/guides/configuration.md', import.meta.url), 'utf8')

/** The rows of the table below a heading, as cells. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = guide.split(`\n## ${heading}\n`)
  return (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1))
}

function nameOf(key: string): string {
  if (key === 'databaseUrl') return 'DATABASE_URL'
  return `TILLWAY_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`
}

function defaultOf(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined)
  if (!success) return 'required'
  if (data === undefined) return 'none'
  return `\`${Array.isArray(data) ? data.join(',') : typeof data === 'object' ? JSON.stringify(data) : data}\``
}

const processes = [
  { heading: 'Hub', schema: HubConfig },
  { heading: 'Agent', schema: AgentConfig },
  { heading: 'Simulator', schema: SimulatorConfig },
]
for (const { heading, schema } of processes)
  test(`${heading}: each variable of the schema with its default, and no other`, () => {
    const told = rowsOf(heading).map((cells) => ({
      name: /^`(\w+)`/.exec(cells[0] ?? '')?.[1],
      default: cells.at(-1),
    }))
    const there = Object.entries<z.ZodType>(schema.shape).map(([key, value]) => ({
      name: nameOf(key),
      default: defaultOf(value),
    }))
    deepEqual(told, there)
  })

/** Each command that does something, by the words that call it. */
function flagsOf(command: Command, before = ''): string[] {
  const name = `${before}${command.name()}`
  if (command.commands.length > 0)
    return command.commands.flatMap((inner) => flagsOf(inner, `${name} `))
  return command.options.map(({ flags }) => `${name} ${flags}`)
}

test('Command line: each flag of each command, and no other', () => {
  const commands = [
    startCommand,
    hubCommand,
    agentCommand,
    simulateCommand,
    traceCommand,
    auditCommand,
    replayCommand,
    doctorCommand,
  ]
  const there = commands.flatMap((command) => flagsOf(command()))
  ok(there.length > 20, 'the flags are found at all')
  const told = rowsOf('Command line')
    .filter(([, flag]) => flag !== '')
    .map(([command = '', flag = '']) => `${command} ${flag}`.replaceAll('`', ''))
    .map((line) => line.replace('trace <id>', 'trace'))
  deepEqual(told.toSorted(), there.toSorted())
})

test('no other variable is named anywhere in the guide', () => {
  const known = new Set(processes.flatMap(({ schema }) => Object.keys(schema.shape).map(nameOf)))
  const named = [...guide.matchAll(/\b(?:TILLWAY|DATABASE)_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)
  const strange = named.filter(
    (name) =>
      !known.has(name) && !known.has(name.replace(/_FILE$/, '')) && !/_X(_FILE)?$/.test(name),
  )
  equal(strange.join(), '')
})
