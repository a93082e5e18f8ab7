/** The few shapes of Markdown that the pages of the reference are made of. */

/** Blocks under a title, with the line that says who writes the page. */
export function page(title: string, ...blocks: readonly string[]): string {
  const note = '<!-- Written by scripts/write-reference.ts. Do not edit. -->'
  return `${[note, `# ${title}`, ...blocks].join('\n\n')}\n`
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellOf).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
