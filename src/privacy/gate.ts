/** The last gate: walks what was made for the hub and names the first field that looks personal. */
import { findPersonal, type PersonalShape } from './detection.ts'

export interface Finding {
  readonly field: string
  readonly shape: PersonalShape
}

/** Fields whose long numbers are trade or document numbers; an address is a fault there too. */
const isNumbering = /(?:Id|^sku|^gtin|^number|^reference|^model)$/
const token = /^(?:tok_[a-z]+_|emp_)[0-9a-z]{26}$/

export function findPersonalField(data: unknown): Finding | undefined {
  const found = walk(data, '')
  return found && { field: fieldOf(found.path), shape: found.shape }
}

/** The path is put together on the way back, since nearly always there is none. */
interface Found {
  readonly path: (string | number)[]
  readonly shape: PersonalShape
}

function walk(value: unknown, key: string): Found | undefined {
  if (typeof value === 'string') return look(value, key)
  if (value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = walk(value[index], key)
      if (found !== undefined) return within(index, found)
    }
    return undefined
  }
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name]
    if (typeof member === 'number' || typeof member === 'boolean') continue
    const found = walk(member, name)
    if (found !== undefined) return within(name, found)
  }
  return undefined
}

function look(text: string, key: string): Found | undefined {
  const shape = findPersonal(text)
  if (shape === undefined || token.test(text)) return undefined
  if (shape !== 'email' && isNumbering.test(key)) return undefined
  return { path: [], shape }
}

function within(step: string | number, { path, shape }: Found): Found {
  path.unshift(step)
  return { path, shape }
}

function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`,
    )
    .join('')
}
