/** Far ahead, last season's periods beside the boosted model: the one knows the shape, the other the level. */
import { refuse } from '../trees/histogram-boosting/table.ts'
import { boostedDemand } from './boosted/boosted-demand.ts'
import type { DemandPanel } from './boosted/panel.ts'
import type { BoostedDemandInput } from './boosted/parameters.ts'
import { forecastSeasonalPanel, type SeasonalPanelSettings } from './seasonal-panel.ts'

export interface SeasonAndModelSettings {
  readonly season: SeasonalPanelSettings
  /** From the first period after the origin on. */
  readonly boosted: BoostedDemandInput
  /** 0 to 1: of the boosted model; the rest is last season. */
  readonly boostedWeight: number
}

/**
 * @returns by series, then period from `origin + 1`; where only one of both knows the series that one's,
 *   and 0 where neither does
 * @throws Fault model_parameters_malformed | model_input_malformed
 */
export function forecastSeasonAndModel(
  panel: DemandPanel,
  origin: number,
  { season, boosted, boostedWeight }: SeasonAndModelSettings,
): Float64Array {
  if (!(boostedWeight >= 0 && boostedWeight <= 1)) refuse('boostedWeight', '0 to 1')
  if ((boosted.horizonMin ?? 1) !== 1) refuse('horizonMin', '1')
  const fitted = boostedDemand.fit(panel, origin, boosted)
  const { units } = boostedDemand.predict(fitted, panel, origin, boosted)
  return forecastSeasonalPanel(panel, origin, boosted.horizonMax, season).map((last, at) => {
    const own = units[at]!
    if (Number.isNaN(last)) return Number.isNaN(own) ? 0 : own
    return Number.isNaN(own) ? last : boostedWeight * own + (1 - boostedWeight) * last
  })
}
