/** A table of text: for the terminal in columns, for the documents in Markdown. */

export interface Table {
  readonly title: string
  /** All columns are words. */
  readonly isProse?: boolean
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The first column is words, the others are figures and stand to the right. */
export function inColumns({ title, columns, rows }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => (row[index] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return [title, line(columns), widths.map((width) => '-'.repeat(width)).join('  ')]
    .concat(rows.map(line))
    .join('\n')
}

export function inMarkdown({ title, columns, rows, isProse = false }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = columns.map((_, index) => (isProse || index === 0 ? '---' : '---:'))
  return [`**${title}**`, '', line(columns), `|${rule.join('|')}|`, ...rows.map(line)].join('\n')
}

export const whole = (value: number) => Math.round(value).toLocaleString('en')
/** What never happened took for ever. */
export const ms = (value: number) =>
  Number.isFinite(value)
    ? `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`
    : Number.isNaN(value)
      ? '-'
      : 'never'
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
export const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`
