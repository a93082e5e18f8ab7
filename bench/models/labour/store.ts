/** A store's week drawn by seed: 25 people, six templates, tills, keys and floor from 7 to 22. */
import type { WeekInput } from '../../../src/models/labour/week/week.ts'
import { createRandom } from '../../../src/models/math/random.ts'

export function drawnStore(seed: number): WeekInput {
  const random = createRandom(seed)
  const days = Array.from({ length: 7 }, (_, day) => ({ day, fromMinute: 0, toMinute: 1440 }))
  const templates = [420, 480, 600, 720, 780, 840].map((startMinute, at) => ({
    id: `t${at}`,
    startMinute,
    endMinute: Math.min(1320, startMinute + (at % 2 === 0 ? 480 : 360)),
  }))
  const people = Array.from({ length: 25 }, (_, at) => ({
    id: `p${at}`,
    roles: at % 5 === 0 ? ['till', 'keys'] : at % 3 === 0 ? ['till', 'floor'] : ['till'],
    availability: days.filter(() => random.next() < 0.85),
    minutesMin: at % 2 === 0 ? 1200 : 0,
    minutesMax: 2400,
    daysMax: 5,
    costMinorAnHour: 1500 + 50 * random.below(10),
  }))
  const hours = Array.from({ length: 15 }, (_, hour) => 420 + 60 * hour)
  const needs = days.flatMap(({ day }) =>
    hours.flatMap((fromMinute) => [
      { role: 'till', day, fromMinute, people: 3 + random.below(3) },
      { role: 'keys', day, fromMinute, people: 1 },
      { role: 'floor', day, fromMinute, people: fromMinute >= 600 && fromMinute < 1200 ? 1 : 0 },
    ]),
  )
  return { slotMinutes: 60, templates, people, needs, rules: {} }
}
