/** The boosted model fitted on what is known at an origin, and what it says of the periods after it. */
import { boostedDemand } from '../../../src/models/demand/boosted/boosted-demand.ts'
import type { DemandPanel } from '../../../src/models/demand/boosted/panel.ts'
import type { BoostedDemandInput } from '../../../src/models/demand/boosted/parameters.ts'

/** @param origin the last known period of the panel */
export function fitAndPredict(
  panel: DemandPanel,
  origin: number,
  settings: BoostedDemandInput,
  ratios: readonly number[],
) {
  const artifact = boostedDemand.fit(panel, origin, settings)
  return boostedDemand.predict(artifact, panel, origin, settings, ratios)
}
