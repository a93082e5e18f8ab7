/** `docs/reference/faults.md`: every fault, under the headings that the table in the code has. */
import { readFileSync } from 'node:fs'
import { type FaultCode, faults } from '../../src/base/fault.ts'
import { code, page, table } from './markdown.ts'

export function faultsPage(): string {
  return page(
    'Faults',
    'Every failure that has a name. An answer of the hub or an agent that is not a success carries ' +
      'one as JSON: `code`, `status`, `says`, and where one value is wrong `field` (what was wrong) ' +
      'and `expected` (what it should have been).',
    ...groups().flatMap(({ title, codes }) => [`## ${title}`, table(head, codes.map(rowOf))]),
  )
}

const head = ['code', 'HTTP status', 'says']

function rowOf(name: FaultCode): string[] {
  const { status, says } = faults[name]
  return [code(name), String(status), says]
}

/** The comments between the faults are read from the source, since no value holds them. */
function groups(): { title: string; codes: FaultCode[] }[] {
  const source = readFileSync(new URL('../../src/base/fault.ts', import.meta.url), 'utf8')
  const found: { title: string; codes: FaultCode[] }[] = []
  for (const [, title, name] of source.matchAll(/^ {2}(?:\/\/ (.+)|([a-z_]+): \{.*)$/gm)) {
    if (title !== undefined) found.push({ title, codes: [] })
    else if (name !== undefined && Object.hasOwn(faults, name))
      found.at(-1)?.codes.push(name as FaultCode)
  }
  const listed = found.flatMap(({ codes }) => codes)
  const missing = Object.keys(faults).filter((name) => !listed.includes(name as FaultCode))
  if (missing.length > 0) throw new Error(`faults without a heading: ${missing.join(', ')}`)
  return found.filter(({ codes }) => codes.length > 0)
}
