/**
 * The first months of a chain: no label, then a few. A scorecard's log-odds (as of `../return-risk.ts`)
 * are believed as they are; each label then bends them a little, until there are enough for trees.
 */
import { Fault } from '../../base/fault.ts'
import type { Calibrator } from '../calibration/calibrator.ts'
import { fitPlatt } from '../calibration/platt.ts'

/** The scorecard is believed as much as so many labelled rows, each as telling as a quarter. */
const priorRows = 50
const priorScale = 0.25

/**
 * @param logOdds of the scorecard, one a labelled case
 * @param labels 1 where it was abuse
 * @returns what makes the scorecard's log-odds a probability: unchanged where there is no label
 */
export function startFromScorecard(
  logOdds: ArrayLike<number>,
  labels: ArrayLike<number>,
): Calibrator {
  if (logOdds.length !== labels.length)
    throw new Fault('model_input_malformed', {
      field: 'labels',
      expected: `${logOdds.length} labels`,
    })
  for (let row = 0; row < labels.length; row += 1)
    if (!Number.isFinite(logOdds[row]) || (labels[row] !== 0 && labels[row] !== 1))
      throw new Fault('model_input_malformed', {
        field: `row ${row}`,
        expected: 'finite log-odds, and a label of 0 or 1',
      })
  if (labels.length === 0) return { kind: 'none' }
  return { kind: 'platt', ...fitPlatt(logOdds, labels, { rows: priorRows, scale: priorScale }) }
}
