/** Roster problems by chance, for tests. */
import { createRandom } from '../../math/random.ts'
import type { RosterProblem } from './problem.ts'

/** People, rules and needs by chance, with more rules than a week can hold now and then. */
export function drawn(seed: number, peopleCount: number, weeks: number): RosterProblem {
  const random = createRandom(seed)
  const ids = ['a', 'b', 'c'].slice(0, 2 + random.below(2))
  const daysCount = 7 * weeks
  const wish = () => ({
    person: `p${random.below(peopleCount)}`,
    day: random.below(daysCount),
    shift: ids[random.below(ids.length)]!,
    weight: 1 + random.below(3),
  })
  return {
    daysCount,
    shifts: ids.map((id, at) => ({
      id,
      minutes: [480, 600, 720][random.below(3)]!,
      notBefore: ids.slice(0, at),
    })),
    people: Array.from({ length: peopleCount }, (_, at) => ({
      id: `p${at}`,
      shiftsMax: Object.fromEntries(ids.map((id) => [id, 1 + random.below(daysCount)])),
      minutesMin: 960 * weeks,
      minutesMax: 2600 * weeks,
      consecutiveShiftsMin: 1 + random.below(2),
      consecutiveShiftsMax: 3 + random.below(3),
      consecutiveDaysOffMin: 1 + random.below(2),
      weekendsMax: random.below(weeks + 1),
      daysOff: [random.below(daysCount)],
    })),
    wishesOn: Array.from({ length: peopleCount * 3 }, wish),
    wishesOff: Array.from({ length: peopleCount * 2 }, wish),
    cover: Array.from({ length: daysCount }, (_, day) =>
      ids.map((shift) => ({
        day,
        shift,
        people: random.below(peopleCount),
        weightUnder: 100,
        weightOver: 1,
      })),
    ).flat(),
  }
}
