/** When a visit would have been planned for an engine that is looked at after every cycle. */
import {
  type LifeArtifact,
  predictRemainingLife,
} from '../../../src/models/maintenance/remaining-life.ts'
import type { Run } from '../../../src/models/maintenance/sensor-trends.ts'
import { median, quantile } from '../../parts/statistics.ts'
import type { EvaluationRow } from '../evaluation.ts'

/** A visit is planned once so few cycles may be left. */
const warnCycles = 20
const goodCycles = { least: 10, most: 60 }
/** Fewer have no trend yet. */
const firstCycle = 30

/** Cycles left at the first warning; undefined where none came before the end. */
export interface Warning {
  readonly ours?: number | undefined
  readonly naive?: number | undefined
}

/** @param meanLife of the engines that the model was fitted to */
export function warningsOf(
  artifact: LifeArtifact,
  runs: readonly Run[],
  meanLife: number,
): Warning[] {
  return runs.map((run) => {
    const { length } = run[0]!
    const ages = Array.from({ length: length - firstCycle }, (_, at) => firstCycle + at)
    const found = predictRemainingLife(
      artifact,
      ages.map((age) => run.map((values) => Array.from(values).slice(0, age))),
    )
    const first = (isWarned: (at: number) => boolean) => {
      const age = ages.find((_, at) => isWarned(at))
      return age === undefined ? undefined : length - age
    }
    return {
      ours: first((at) => found[at]!.low <= warnCycles),
      naive: first((at) => meanLife - ages[at]! <= warnCycles),
    }
  })
}

export function warningRows(
  base: Pick<EvaluationRow, 'dataset' | 'method' | 'seconds'>,
  warnings: readonly Warning[],
): EvaluationRow[] {
  const ours = warnings.map((one) => one.ours)
  const naive = warnings.map((one) => one.naive)
  const share = (of: readonly (number | undefined)[], isSuch: (left: number) => boolean) =>
    of.filter((left) => isSuch(left ?? 0)).length / warnings.length
  const isGood = (left: number) => left >= goodCycles.least && left <= goodCycles.most
  const isEarly = (left: number) => left > goodCycles.most
  const known = ours.filter((left) => left !== undefined)
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`
  return [
    {
      ...base,
      metric: 'engines warned with 10 to 60 cycles left',
      better: 'higher',
      ours: share(ours, isGood),
      naive: { name: 'mean life', value: share(naive, isGood) },
      note: `cycles left at the first warning: median ${median(known)}, a tenth of the engines ${quantile(known, 0.1)} or fewer, a tenth ${quantile(known, 0.9)} or more; never or with fewer than 10 left: ${percent(share(ours, (left) => left < goodCycles.least))}.`,
    },
    {
      ...base,
      metric: 'false alarms: warned with more than 60 cycles left',
      better: 'lower',
      ours: share(ours, isEarly),
      naive: { name: 'mean life', value: share(naive, isEarly) },
    },
  ]
}
