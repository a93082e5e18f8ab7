/** How warm an instance is searched, from its own weights, and how it gets cold. */
import { createAnnealer } from './anneal.ts'
import type { CompiledRoster } from './problem.ts'
import type { Steps } from './steps.ts'

export interface Cooling {
  /** A person too few, at the dearest weight that is usual, is let pass now and then. */
  readonly hot: number
  /** The least difference that there is, is hardly ever let pass. */
  readonly cold: number
}

export function coolingOf({ problem, weightUnder, weightOver }: CompiledRoster): Cooling {
  const weights = [...problem.wishesOn, ...problem.wishesOff].map(({ weight }) => weight)
  const all = [...weights, ...weightUnder, ...weightOver]
    .filter((weight) => weight > 0)
    .sort((left, right) => left - right)
  const needs = weightUnder.filter((weight) => weight > 0).sort()
  const least = all[0] ?? 1
  const usual = needs[needs.length >> 1] ?? all[all.length >> 1] ?? 1
  return { hot: Math.max(0.6 * usual, 2 * least), cold: 0.3 * least }
}

/** A look at the clock costs more than a step. */
const stepsALook = 1000
/** Of the time: what is better on the way is kept no more often, since that costs a look at everybody. */
const keepRatio = 0.01

/** Small changes, ever colder until the share of the time has gone. */
export function anneal(steps: Steps, until: number, hot: number, cold: number): void {
  const { state, random, share, keep } = steps
  const annealer = createAnnealer(state, random)
  const begin = share()
  let penalty = state.total()
  let least = penalty
  let keepAt = begin
  for (let now = begin; now < until; now = share()) {
    const temperature = hot * (cold / hot) ** ((now - begin) / (until - begin))
    for (let step = 0; step < stepsALook; step += 1) penalty += annealer.step(temperature)
    if (penalty >= least || now < keepAt) continue
    least = penalty
    keepAt = now + keepRatio
    keep()
  }
  // Small changes keep the counts alone.
  state.load(state.roster)
  keep()
}
