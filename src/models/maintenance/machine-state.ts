/**
 * What wears a rotating machine, from what its sensors say: power, strain and the way that heat has
 * out. Trees split one column at a time, so products and differences are given to them ready; how warm
 * the hall is says nothing beside the gap to it.
 */
import { refuse } from '../trees/histogram-boosting/table.ts'

export interface MachineState {
  readonly airKelvin: number
  readonly processKelvin: number
  readonly speedRpm: number
  readonly torqueNm: number
  readonly wearMinutes: number
  /** The variant, weakest 0. */
  readonly grade: number
}

/** What the maker says that the machine bears. */
export interface MachineRatings {
  /** Torque times minutes of wear, by grade. */
  readonly strainByGrade: readonly number[]
  /** Least and most. */
  readonly powerWatts: readonly [number, number]
  /** Heat leaves while the gap is this wide or the machine turns this fast. */
  readonly heatGapKelvin: number
  readonly coolingSpeedRpm: number
}

export const machineFeatures = [
  'grade',
  'speed_rpm',
  'torque_nm',
  'wear_minutes',
  'power_watts',
  'strain_nm_minutes',
  'heat_gap_kelvin',
] as const

/** Added where ratings are known: each is 1 at the limit, and how many limits are passed. */
export const ratedFeatures = [
  'strain_over_rated',
  'power_over_rated',
  'cooling_over_rated',
  'limits_passed',
] as const

/** In the order of `machineFeatures`, then, with ratings, of `ratedFeatures`. */
export function describeMachine(state: MachineState, ratings?: MachineRatings): Float32Array {
  const { airKelvin, processKelvin, speedRpm, torqueNm, wearMinutes, grade } = state
  const watts = (torqueNm * speedRpm * 2 * Math.PI) / 60
  const gap = processKelvin - airKelvin
  const plain = [grade, speedRpm, torqueNm, wearMinutes, watts, torqueNm * wearMinutes, gap]
  if (ratings === undefined) return Float32Array.from(plain)
  const rated = ratings.strainByGrade[grade]
  if (rated === undefined) refuse('grade', `0 to ${ratings.strainByGrade.length - 1}`)
  const [least, most] = ratings.powerWatts
  const strain = (torqueNm * wearMinutes) / rated
  const power = Math.abs(watts - (least + most) / 2) / ((most - least) / 2)
  const cooling = Math.max(gap / ratings.heatGapKelvin, speedRpm / ratings.coolingSpeedRpm)
  // Counted here and not by the trees: next to a limit their bins, and a Float32, are too coarse.
  const passed = [strain > 1, power > 1, cooling < 1].filter(Boolean).length
  return Float32Array.of(...plain, strain, power, cooling, passed)
}
