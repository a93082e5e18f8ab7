/** JSON from outside: bounded in depth, and free of keys that reach into prototypes. */
import { Fault } from './fault.ts'

const maxDepth = 64

/** @throws Fault body_malformed | body_too_deep | body_hostile */
export function parseJson(text: string): unknown {
  if (depthOf(text) > maxDepth) throw new Fault('body_too_deep', { expected: `<= ${maxDepth}` })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('body_malformed', { expected: 'JSON' }, cause)
  }
  // An escaped key (\u005f) hides from a text search, so any backslash also leads to the walk.
  if (/__proto__|"constructor"|"prototype"|\\u/.test(text)) refuseHostileKeys(value)
  return value
}

/** The deepest nesting of brackets outside strings, found without building the value. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (inString) {
      if (unit === 0x5c) index += 1
      else if (unit === 0x22) inString = false
    } else if (unit === 0x22) inString = true
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1
  }
  return deepest
}

function refuseHostileKeys(value: unknown): void {
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype')
      throw new Fault('body_hostile', { field: key })
    refuseHostileKeys(inner)
  }
}

/** One text for one value: keys sorted, no blanks. What hashes are taken over. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const record = value as Record<string, unknown>
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`)
  return `{${members.join(',')}}`
}
