/** The labelled incidents: each with its dimensions, its time and its true causes. */
import type { Dimension, Incident } from '../../../src/models/root-cause/incident.ts'
import { readColumns } from '../data/columns.ts'
import { readBytes, readJson } from '../data/files.ts'
import type { EvaluationContext } from '../evaluation.ts'

export interface Case {
  readonly name: string
  readonly incident: Incident
  /** Terms of one cause sorted and joined: `bitrate=2000&p2p=1`. */
  readonly causes: readonly string[]
}

interface Label {
  readonly data: string
  readonly file: string
  readonly timestamp: number
  readonly cause: readonly Record<string, string | number>[]
}

export function readCases(context: Pick<EvaluationContext, 'data'>): Case[] {
  const folder = 'rs_multidim_root_cause/dev'
  return readJson<Label[]>(context.data(`${folder}/labels.json`)).map((label) => ({
    name: label.data,
    incident: readIncident(context.data(`${folder}/cases/${label.file}`), label.timestamp),
    causes: label.cause.map((terms) =>
      causeKey(Object.entries(terms).map(([name, value]) => `${name}=${value}`)),
    ),
  }))
}

export const causeKey = (terms: readonly string[]) => terms.toSorted().join('&')

/** Rows after the time of the incident are left out: nobody had them then. */
function readIncident(path: string, timestamp: number): Incident {
  const bytes = readBytes(path)
  const header = bytes.toString('utf8', 0, bytes.indexOf(0x0a)).trim().split(',')
  const names = header.filter((name) => !['min', 'value', 'cnt'].includes(name))
  const { min, value, cnt } = readColumns(path, { min: 'number', value: 'number', cnt: 'number' })
  const rows = [...min.keys()].filter((row) => min[row]! <= timestamp)
  const texts = readColumns(path, Object.fromEntries(names.map((name) => [name, 'text' as const])))
  return {
    dimensions: names.map((name) => codesOf(name, rows, texts[name] as string[])),
    isNow: Uint8Array.from(rows, (row) => (min[row] === timestamp ? 1 : 0)),
    attempts: rows.map((row) => cnt[row]!),
    failures: rows.map((row) => Math.min(value[row]!, cnt[row]!)),
  }
}

function codesOf(name: string, rows: readonly number[], texts: readonly string[]): Dimension {
  const places = new Map<string, number>()
  const codes = rows.map((row) => {
    const text = texts[row]!
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return place
  })
  return { name, codes, values: [...places.keys()] }
}
