/** One row of features: a series, the last known period (origin), and the period to forecast. */
import type { Feature } from '../../trees/histogram-boosting/table.ts'
import { meanOff, usualAt } from './alike.ts'
import { type DemandPanel, reader } from './panel.ts'
import type { BoostedDemandParameters } from './parameters.ts'
import type { SeriesPast } from './series-past.ts'

/** A group's lift counts as that of so many more periods without one. */
const liftPriorPeriods = 2
/** A price is set against its mean over so many known periods. */
const ratioWindow = 26

export interface FeatureMaker {
  readonly features: readonly Feature[]
  /** Reads units at `origin` and before it only. */
  fill(past: SeriesPast, series: number, origin: number, period: number, row: Float64Array): void
}

interface Moment {
  readonly past: SeriesPast
  readonly series: number
  readonly origin: number
  readonly period: number
  /** Level at the origin, with the offset. */
  readonly level: number
}

interface Column extends Feature {
  of(moment: Moment): number
}

export function createFeatureMaker(
  panel: DemandPanel,
  settings: BoostedDemandParameters,
): FeatureMaker {
  const columns = [
    ...pastColumns(settings),
    ...seasonColumns(panel, settings),
    ...groupColumns(settings),
    ...alikeColumns(settings),
    ...knownColumns(panel),
    ...ratioColumns(panel, settings),
  ]
  return {
    features: columns.map(({ name, kind }) => ({ name, kind })),
    fill(past, series, origin, period, row) {
      const level = past.level[origin]! + settings.offsetUnits
      const moment = { past, series, origin, period, level }
      for (const [at, column] of columns.entries()) row[at] = column.of(moment)
    },
  }
}

function pastColumns({ lags, windows, offsetUnits }: BoostedDemandParameters): Column[] {
  return [
    { name: 'horizon', kind: 'number', of: ({ origin, period }) => period - origin },
    { name: 'level', kind: 'number', of: ({ level }) => Math.log(level) },
    {
      name: 'periods_known',
      kind: 'number',
      of: ({ past, origin }) => past.counts[origin + 1]!,
    },
    ...lags.map(
      (lag): Column => ({
        name: `lag_${lag}`,
        kind: 'number',
        of: ({ past, origin, level }) =>
          Math.log(((past.units[origin - lag] ?? Number.NaN) + offsetUnits) / level),
      }),
    ),
    ...windows.map(
      (window): Column => ({
        name: `mean_${window}`,
        kind: 'number',
        of: ({ past, origin, level }) =>
          Math.log((meanBetween(past, origin + 1 - window, origin + 1) + offsetUnits) / level),
      }),
    ),
  ]
}

/** The season's own units against the level now, and against the level so long before them. */
function seasonColumns(panel: DemandPanel, settings: BoostedDemandParameters): Column[] {
  const { seasonPeriods, seasonsMax, offsetUnits } = settings
  if (seasonPeriods === 0) return []
  const places = seasonPlaces(panel, settings)
  const known = ({ past, origin, period }: Moment, season: number) => {
    const place = places(origin, period, season)
    return place < 0 ? Number.NaN : past.units[place]!
  }
  return [
    ...Array.from(
      { length: seasonsMax },
      (_, season): Column => ({
        name: `season_${season + 1}`,
        kind: 'number',
        of: (moment) => Math.log((known(moment, season) + offsetUnits) / moment.level),
      }),
    ),
    {
      name: 'season_mean',
      kind: 'number',
      of: (moment) => {
        let [total, count] = [0, 0]
        for (let season = 0; season < seasonsMax; season += 1) {
          const value = known(moment, season)
          if (Number.isNaN(value)) continue
          total += value
          count += 1
        }
        return Math.log((total / count + offsetUnits) / moment.level)
      },
    },
    {
      name: 'season_lift',
      kind: 'number',
      of: ({ past, origin, period }) => {
        const place = places(origin, period, 0)
        const around = meanBetween(past, place - 1, Math.min(place + 2, origin + 1))
        const before = past.level[place - (period - origin)] ?? Number.NaN
        return Math.log((around + offsetUnits) / (before + offsetUnits))
      },
    },
  ]
}

/** The last places of the season, latest first, that are over at the origin; below 0 for none. */
function seasonPlaces(panel: DemandPanel, { seasonPeriods }: BoostedDemandParameters) {
  const before = panel.seasonBefore
  const back = (place: number) =>
    place < 0 ? -1 : before === undefined ? place - seasonPeriods : before[place]!
  return (origin: number, period: number, season: number): number => {
    let place = before === undefined ? lastOver(origin, period, seasonPeriods) : back(period)
    // A feast may move a place past the origin.
    while (place > origin) place = back(place)
    for (let one = 0; one < season; one += 1) place = back(place)
    return place
  }
}

function lastOver(origin: number, period: number, seasonPeriods: number): number {
  return period - Math.max(1, Math.ceil((period - origin) / seasonPeriods)) * seasonPeriods
}

function groupColumns({ groups }: BoostedDemandParameters): Column[] {
  return groups.map(
    (names, at): Column => ({
      name: `lift_${names.join('_')}`,
      kind: 'number',
      of: ({ past, origin, period }) => {
        const { groupOf, sums, counts } = past.lifts[at]!
        const group = groupOf[period]!
        if (group < 0) return Number.NaN
        const count = counts[group]![origin + 1]!
        return count === 0 ? Number.NaN : sums[group]![origin + 1]! / (count + liftPriorPeriods)
      },
    }),
  )
}

/** Year-ago periods count with so many on each side of them. */
const yearReach = 3

function alikeColumns(settings: BoostedDemandParameters): Column[] {
  const { alike, alikeHalfLives, alikeWindows, yearPeriods } = settings
  if (alike.length === 0) return []
  const column = (name: string, of: (moment: Moment) => number): Column => ({
    name,
    kind: 'number',
    of,
  })
  const usual = ({ past, origin, period }: Moment, which: number) =>
    usualAt(past.alike!, which, origin, period)
  return [
    column('usual_to_level', (moment) => usual(moment, 0) - Math.log(moment.level)),
    ...alikeHalfLives
      .slice(1)
      .map((halfLife, at) =>
        column(`usual_${halfLife}`, (moment) => usual(moment, at + 1) - usual(moment, 0)),
      ),
    ...alikeWindows.map((window) =>
      column(`off_usual_${window}`, ({ past, origin }) =>
        meanOff(past.alike!, origin + 1 - window, origin + 1),
      ),
    ),
    ...(yearPeriods === 0
      ? []
      : [0, 1].map((year) =>
          column(`off_usual_year_${year + 1}`, ({ past, origin, period }) => {
            const back = (year + 1) * yearPeriods
            const then = period - back
            return (
              meanOff(past.alike!, then - yearReach, Math.min(then + yearReach, origin) + 1) -
              meanOff(past.alike!, origin - back + 1 - alikeWindows.at(-1)!, origin - back + 1)
            )
          }),
        )),
  ]
}

function knownColumns(panel: DemandPanel): Column[] {
  return [...panel.bySeries, ...panel.byPeriod, ...panel.byBoth].map(({ name, kind }): Column => {
    const read = reader(panel, name)
    return { name, kind, of: ({ series, period }) => read(series, period) }
  })
}

function ratioColumns(panel: DemandPanel, { ratios }: BoostedDemandParameters): Column[] {
  return ratios.flatMap((name): Column[] => {
    const read = reader(panel, name)
    return [
      {
        name: `${name}_to_usual`,
        kind: 'number',
        of: ({ series, origin, period }) => {
          let [total, count] = [0, 0]
          for (let at = Math.max(0, origin + 1 - ratioWindow); at <= origin; at += 1) {
            const value = read(series, at)
            if (Number.isNaN(value)) continue
            total += value
            count += 1
          }
          return read(series, period) / (total / count)
        },
      },
      {
        name: `${name}_to_last`,
        kind: 'number',
        of: ({ series, origin, period }) => read(series, period) / read(series, origin),
      },
    ]
  })
}

/** Mean of what is known in [from, to); NaN of nothing. */
function meanBetween({ sums, counts }: SeriesPast, from: number, to: number): number {
  const [low, high] = [Math.max(0, from), Math.max(0, Math.min(to, sums.length - 1))]
  return (sums[high]! - sums[low]!) / (counts[high]! - counts[low]!)
}
