/** The three tables of rates as one `RateTable` each, decimals read exactly. */
import { millionthsFrom, type RateTable, settleParts } from '../../../src/models/sales-tax/rates.ts'
import { readColumns } from '../data/columns.ts'
import { readJson } from '../data/files.ts'

const kinds = ['state', 'county', 'city', 'special'] as const

export interface Zips {
  readonly table: RateTable
  /** By place, the published whole. */
  readonly wholes: ReadonlyMap<string, string>
  /** Rows whose parts miss the whole. */
  readonly settledCount: number
  readonly statePlaces: ReadonlyMap<string, string>
}

export function readZips(path: string): Zips {
  const file = readColumns(path, {
    state: 'text',
    zip: 'text',
    region: 'text',
    combined: 'text',
    state_rate: 'text',
    county_rate: 'text',
    city_rate: 'text',
    special_rate: 'text',
  })
  const levies: RateTable['levies'] = []
  const places: Record<string, string[]> = {}
  const wholes = new Map<string, string>()
  const statePlaces = new Map<string, string>()
  let settledCount = 0
  for (let row = 0; row < file.rowsCount; row += 1) {
    const place = `us/${file.state[row]}/${file.zip[row]}/${file.region[row]}`
    const given = kinds.map((kind) => millionthsFrom(file[`${kind}_rate`][row] || '0'))
    const { parts, addedMillionths } = settleParts(millionthsFrom(file.combined[row]!), given)
    if (addedMillionths !== 0) settledCount += 1
    places[place] = kinds.flatMap((kind, at) => {
      if (parts[at] === 0) return []
      const code = `${place}/${kind}`
      levies.push({
        code,
        name: `${file.region[row]} ${kind}`,
        kind,
        rateMillionths: parts[at]!,
        validFrom: '2026-02-01',
        treatments: {},
      })
      return [code]
    })
    wholes.set(place, file.combined[row]!)
    statePlaces.set(place, file.state[row]!)
  }
  return {
    table: { source: 'taxrates-us, ZIP tables', asOf: '2026-02-21', levies, places },
    wholes,
    settledCount,
    statePlaces,
  }
}

export interface California {
  readonly table: RateTable
  readonly wholes: ReadonlyMap<string, string>
}

/** Each place has the state's own rate and, above it, what its district adds. */
export function readCalifornia(path: string): California {
  const file = readColumns(path, {
    location: 'text',
    type: 'text',
    county: 'text',
    rate: 'text',
    districtTax: 'text',
  })
  const levies: RateTable['levies'] = []
  const places: Record<string, string[]> = {}
  const wholes = new Map<string, string>()
  for (let row = 0; row < file.rowsCount; row += 1) {
    const place = `us/CA/${file.county[row]}/${file.type[row]}/${file.location[row]}`
    const whole = millionthsFrom(file.rate[row]!)
    const district = millionthsFrom(file.districtTax[row] || '0')
    const parts = [
      { kind: 'state' as const, rateMillionths: whole - district },
      { kind: 'special' as const, rateMillionths: district },
    ].filter(({ rateMillionths }) => rateMillionths > 0)
    for (const { kind, rateMillionths } of parts)
      levies.push({
        code: `${place}/${kind}`,
        name: `${file.location[row]} ${kind}`,
        kind,
        rateMillionths,
        validFrom: '2026-01-01',
        treatments: {},
      })
    places[place] = parts.map(({ kind }) => `${place}/${kind}`)
    wholes.set(place, file.rate[row]!)
  }
  return { table: { source: 'CDTFA', asOf: '2026-01-01', levies, places }, wholes }
}

interface Node {
  readonly type: string
  readonly rate: number
  readonly states?: Readonly<Record<string, { readonly rate: number }>>
}

/** Rates by country, and of the United States by state, as the package has them. */
export function readWorld(path: string): {
  readonly countries: ReadonlyMap<string, string>
  readonly states: ReadonlyMap<string, string>
} {
  const world = readJson<Record<string, Node>>(path)
  return {
    countries: new Map(
      Object.entries(world)
        .filter(([, { type }]) => type === 'vat' || type === 'gst')
        .map(([country, { rate }]) => [country, String(rate)]),
    ),
    states: new Map(
      Object.entries(world.US?.states ?? {}).map(([state, { rate }]) => [state, String(rate)]),
    ),
  }
}
