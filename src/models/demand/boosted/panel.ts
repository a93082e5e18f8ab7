/** Sales of many series over the same periods, with what is known of each period ahead of it. */
import { refuse } from '../../trees/histogram-boosting/table.ts'

export interface KnownColumn {
  readonly name: string
  /** `category`: whole numbers from 0 that only name something. */
  readonly kind: 'number' | 'category'
  /** NaN is missing. */
  readonly values: ArrayLike<number>
}

export interface DemandPanel {
  readonly seriesCount: number
  /** Days, weeks or months, those to forecast included. */
  readonly periodsCount: number
  /**
   * By series, then period: `units[series * periodsCount + period]`. NaN where nothing is known: not
   * on sale, sold out, closed, or still to come. Below 0 counts as 0.
   */
  readonly units: ArrayLike<number>
  /**
   * By period the one of last season it is most like, where feasts move; left out, the period
   * `seasonPeriods` ago. See `../feasts.ts`.
   */
  readonly seasonBefore?: ArrayLike<number>
  /** One value a series: store, SKU, category. */
  readonly bySeries: readonly KnownColumn[]
  /** One value a period: week of the year, holiday. */
  readonly byPeriod: readonly KnownColumn[]
  /** One value a series and period, as `units`: price, promotion. */
  readonly byBoth: readonly KnownColumn[]
}

const cellsMax = 50_000_000

/** @throws Fault model_input_malformed naming the column */
export function checkPanel(panel: DemandPanel): void {
  const { seriesCount, periodsCount } = panel
  if (!Number.isInteger(seriesCount) || seriesCount < 1) refuse('seriesCount', 'at least 1 series')
  if (!Number.isInteger(periodsCount) || periodsCount < 1)
    refuse('periodsCount', 'at least 1 period')
  const cells = seriesCount * periodsCount
  if (cells > cellsMax) refuse('units', `at most ${cellsMax} series and periods`)
  if (panel.units.length !== cells) refuse('units', `${cells} numbers`)
  for (let at = 0; at < cells; at += 1)
    if (Math.abs(panel.units[at]!) > 1e12)
      refuse(`units, place ${at}`, 'at most 1e12 units, or NaN')
  for (let period = 0; period < (panel.seasonBefore?.length ?? 0); period += 1)
    if (!(panel.seasonBefore![period]! < period)) refuse('seasonBefore', 'earlier periods')
  const sized = [
    ...(panel.seasonBefore === undefined
      ? []
      : [
          { columns: [{ name: 'seasonBefore', values: panel.seasonBefore }], length: periodsCount },
        ]),
    { columns: panel.bySeries, length: seriesCount },
    { columns: panel.byPeriod, length: periodsCount },
    { columns: panel.byBoth, length: cells },
  ]
  const names = new Set<string>()
  for (const { columns, length } of sized)
    for (const { name, values } of columns) {
      if (values.length !== length) refuse(name, `${length} values`)
      if (names.has(name)) refuse(name, 'a name that no other column has')
      names.add(name)
    }
}

/** Where a column's value of a series and period stands. */
export function reader(
  panel: DemandPanel,
  name: string,
): (series: number, period: number) => number {
  const { periodsCount } = panel
  const ofSeries = panel.bySeries.find((one) => one.name === name)
  if (ofSeries !== undefined) return (series) => ofSeries.values[series]!
  const ofPeriod = panel.byPeriod.find((one) => one.name === name)
  if (ofPeriod !== undefined) return (_, period) => ofPeriod.values[period]!
  const ofBoth = panel.byBoth.find((one) => one.name === name)
  if (ofBoth === undefined) return refuse(name, 'a column of the panel')
  return (series, period) => ofBoth.values[series * periodsCount + period]!
}
