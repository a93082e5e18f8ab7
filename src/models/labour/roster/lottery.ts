/** Draws one of many changes as they come, each as likely as annealing at a warmth would end up in it. */
import type { Random } from '../../math/random.ts'

export interface Lottery {
  readonly random: Random
  temperature: number
  /** What costs more is next to never drawn and need not be looked at. */
  costMost: number
  /** Of what was drawn last. */
  cost: number
  weights: number
}

const temperaturesMost = 9
/** Keeps weights of great gains finite. */
const exponentMost = 500

export function createLottery(random: Random): Lottery {
  return { random, temperature: 1, costMost: 0, cost: 0, weights: 0 }
}

/** What is there already costs 0 and is the first in the draw. */
export function begin(lottery: Lottery, temperature: number): void {
  lottery.temperature = temperature
  lottery.costMost = temperaturesMost * temperature
  lottery.cost = 0
  lottery.weights = 1
}

/** Whether this one is drawn, in place of what was before. */
export function isDrawn(lottery: Lottery, cost: number): boolean {
  const weight = Math.exp(Math.min(exponentMost, -cost / lottery.temperature))
  lottery.weights += weight
  if (lottery.random.next() * lottery.weights >= weight) return false
  lottery.cost = cost
  return true
}
