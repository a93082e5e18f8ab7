/** The streams of the benchmark that are here, with their windows by row. */
import { readColumns } from '../data/columns.ts'
import { readJson } from '../data/files.ts'
import type { EvaluationContext } from '../evaluation.ts'

export interface Stream {
  /** `realTraffic/speed_6005.csv` */
  readonly name: string
  /** Seconds, as the file has them: local time of an unknown zone. */
  readonly seconds: Float64Array
  readonly values: Float64Array
  readonly windows: readonly (readonly [number, number])[]
}

export function readCorpus(context: Pick<EvaluationContext, 'data'>): Stream[] {
  const folder = 'nab_anomaly/dev'
  const windows = readJson<Record<string, [string, string][]>>(
    context.data(`${folder}/windows.json`),
  )
  return Object.entries(windows).map(([name, limits]) => {
    const { timestamp, value } = readColumns(context.data(`${folder}/data/${name}.gz`), {
      timestamp: 'text',
      value: 'number',
    })
    const places = new Map(timestamp.map((text, row) => [text, row]))
    const placeOf = (text: string) => {
      const row = places.get(text.slice(0, 19))
      if (row === undefined) throw new Error(`${name} has no row at ${text}`)
      return row
    }
    return {
      name,
      seconds: Float64Array.from(
        timestamp,
        (text) => Date.parse(`${text.replace(' ', 'T')}Z`) / 1000,
      ),
      values: value,
      windows: limits.map(([from, to]) => [placeOf(from), placeOf(to)] as const),
    }
  })
}
