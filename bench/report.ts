/** A suite's document, from what one run found. */
import type { Finding, Measurement } from './measurement.ts'
import type { Machine } from './parts/machine.ts'
import { inMarkdown } from './parts/table.ts'

export function machineRows(machine: Machine): string[] {
  const { cores, processor, memoryGb, system, node, flushMs, loadBefore } = machine
  return [
    `Machine: ${cores} cores (${processor}), ${memoryGb} GB of memory, ${system}, Node ${node}.`,
    `Disk: a 4 kB write made durable takes ${flushMs.toFixed(2)} ms (median of 50).`,
    `Load in the minute before: ${loadBefore.toFixed(2)}.`,
  ]
}

export function reportOf(
  { command, title }: { readonly command: string; readonly title: string },
  machine: Machine,
  found: readonly { measurement: Measurement; finding: Finding }[],
  seconds: number,
): string {
  const date = new Date().toISOString().slice(0, 10)
  const parts = [
    `# ${title}`,
    `Written by \`${command}\` on ${date}, in one run of ${seconds} s. Run it again on your machine: the file is replaced.`,
    machineRows(machine)
      .map((row) => `- ${row}`)
      .join('\n'),
    goalsOf(found.flatMap(({ finding }) => finding.goals)),
    ...found.flatMap(({ measurement, finding }) => [
      `## ${measurement.title}`,
      ...finding.tables.map(inMarkdown),
      finding.notes.map((note) => `- ${note}`).join('\n'),
    ]),
  ]
  return `${parts.join('\n\n')}\n`
}

function goalsOf(goals: Finding['goals']): string {
  return inMarkdown({
    title: 'Goals',
    isProse: true,
    columns: ['goal', 'wanted', 'measured', 'result', 'in the way'],
    rows: goals.map(({ says, wanted, measured, isMet, missedBy, inTheWay }) => [
      says,
      wanted,
      measured,
      isMet ? 'met' : `missed by ${missedBy}`,
      inTheWay ?? '',
    ]),
  })
}
