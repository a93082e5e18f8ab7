/** How commands speak: results on standard output, faults in one line on standard error. */
import { Fault } from '../base/fault.ts'

export const exitCodes = { done: 0, foundWrong: 1, usage: 2, failed: 3 } as const

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2))
}

/** Ways out, by fault: what to do rather than what went wrong. */
const waysOut: Partial<Record<Fault['code'], string>> = {
  port_taken: 'Choose another with TILLWAY_PORT=8090, or stop the program that has it.',
  data_dir_unusable: 'Name a folder that you may write to with --data-dir.',
  data_dir_busy: 'Stop the other Tillway first, or name another folder with --data-dir.',
  database_unreachable: 'Is the hub running? "npx tillway doctor" looks.',
  unauthenticated: 'Run it where the hub was started, or set TILLWAY_OPERATOR_TOKEN.',
}

export function failWith(error: unknown): never {
  const fault = Fault.from(error)
  const cause = fault.code === 'internal' ? `\n${String((error as Error)?.stack ?? error)}` : ''
  const wayOut = waysOut[fault.code]
  process.stderr.write(`tillway: ${fault.message}${cause}${wayOut ? `\n  ${wayOut}` : ''}\n`)
  process.exit(exitCodes.failed)
}

/** Columns as wide as they need to be. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    })
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
