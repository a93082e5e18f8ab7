/** What a snapshot of stock says of running out: its figures, and how they stand to each other. */
import { type Feature, refuse } from '../trees/histogram-boosting/table.ts'

/** One number an item each; NaN is missing. Flags are 0 or 1. */
export interface StockSnapshot {
  readonly onHandUnits: ArrayLike<number>
  readonly inTransitUnits: ArrayLike<number>
  readonly leadTimePeriods: ArrayLike<number>
  /** Forecast and past units of one, two and three quarters; past also of a month. */
  readonly forecastUnits: readonly [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
  readonly soldUnits: readonly [
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
    ArrayLike<number>,
  ]
  /** Wanted least stock. */
  readonly minimumUnits: ArrayLike<number>
  readonly overdueUnits: ArrayLike<number>
  readonly backorderedUnits: ArrayLike<number>
  /** 0 to 1: share of the vendor's deliveries on time in six and twelve months. */
  readonly vendorOnTime: readonly [ArrayLike<number>, ArrayLike<number>]
  readonly flags: Readonly<Record<string, ArrayLike<number>>>
}

export interface SnapshotTable {
  readonly features: readonly Feature[]
  readonly columns: readonly Float32Array[]
}

const quarters = ['3_months', '6_months', '9_months'] as const
const pasts = ['1_month', ...quarters] as const

/** @throws Fault model_input_malformed naming the column */
export function snapshotTable(snapshot: StockSnapshot): SnapshotTable {
  const count = snapshot.onHandUnits.length
  const named: [string, ArrayLike<number>][] = [
    ['on_hand', snapshot.onHandUnits],
    ['in_transit', snapshot.inTransitUnits],
    ['lead_time', snapshot.leadTimePeriods],
    ...quarters.map((name, at): [string, ArrayLike<number>] => [
      `forecast_${name}`,
      snapshot.forecastUnits[at]!,
    ]),
    ...pasts.map((name, at): [string, ArrayLike<number>] => [
      `sold_${name}`,
      snapshot.soldUnits[at]!,
    ]),
    ['minimum', snapshot.minimumUnits],
    ['overdue', snapshot.overdueUnits],
    ['backordered', snapshot.backorderedUnits],
    ['on_time_6_months', snapshot.vendorOnTime[0]],
    ['on_time_12_months', snapshot.vendorOnTime[1]],
    ...Object.entries(snapshot.flags),
  ]
  for (const [name, values] of named) if (values.length !== count) refuse(name, `${count} values`)
  const relations = relationsOf(snapshot)
  return {
    features: [...named.map(([name]) => name), ...Object.keys(relations)].map((name) => ({
      name,
      kind: 'number',
    })),
    columns: [
      ...named.map(([, values]) => Float32Array.from(values)),
      ...Object.values(relations).map((of) =>
        Float32Array.from({ length: count }, (_, row) => of(row)),
      ),
    ],
  }
}

/** Trees cut one figure at a time; how two stand to each other has to be given. */
function relationsOf(snapshot: StockSnapshot): Record<string, (row: number) => number> {
  const { onHandUnits: onHand, inTransitUnits: transit, leadTimePeriods: lead } = snapshot
  const { forecastUnits: forecast, soldUnits: sold, minimumUnits: minimum } = snapshot
  const position = (row: number) => onHand[row]! + transit[row]!
  const logRatio = (units: number, over: number) =>
    Math.log((Math.max(0, units) + 1) / (Math.max(0, over) + 1))
  const daily = (row: number) => Math.max(forecast[0][row]!, sold[1][row]!, 0) / 90
  return {
    left_after_3_months: (row) => position(row) - forecast[0][row]!,
    position_to_forecast_3: (row) => logRatio(position(row), forecast[0][row]!),
    on_hand_to_forecast_3: (row) => logRatio(onHand[row]!, forecast[0][row]!),
    position_to_forecast_9: (row) => logRatio(position(row), forecast[2][row]!),
    position_to_sold_1: (row) => logRatio(position(row), sold[0][row]!),
    on_hand_to_minimum: (row) => logRatio(onHand[row]!, minimum[row]!),
    position_to_lead_time_demand: (row) =>
      logRatio(position(row), daily(row) * 7 * (Number.isNaN(lead[row]!) ? 8 : lead[row]!)),
    forecast_to_sold: (row) => logRatio(forecast[0][row]!, sold[1][row]!),
    sold_trend: (row) => logRatio(3 * sold[0][row]!, sold[1][row]!),
    forecast_shape: (row) => logRatio(3 * forecast[0][row]!, forecast[2][row]!),
    on_time_change: (row) => snapshot.vendorOnTime[0][row]! - snapshot.vendorOnTime[1][row]!,
  }
}
