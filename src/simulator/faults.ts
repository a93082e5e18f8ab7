/** What goes wrong on the way, as often as told and the same with the same seed. */
import type { Random } from './random.ts'

export interface FaultRates {
  /** Shares of deliveries, 0 to 1. */
  readonly duplicateRatio: number
  readonly reorderRatio: number
  readonly dropRatio: number
  readonly reorderDelayMsMax: number
}

export const noFaults: FaultRates = {
  duplicateRatio: 0,
  reorderRatio: 0,
  dropRatio: 0,
  reorderDelayMsMax: 0,
}

export interface Faults {
  duplicates(): boolean
  drops(): boolean
  /** 0 for most; some are held back so that later ones overtake them. */
  reorderDelayMs(): number
}

export function createFaults(rates: FaultRates, random: Random): Faults {
  return {
    duplicates: () => random.next() < rates.duplicateRatio,
    drops: () => random.next() < rates.dropRatio,
    reorderDelayMs: () =>
      random.next() < rates.reorderRatio ? random.next() * rates.reorderDelayMsMax : 0,
  }
}
