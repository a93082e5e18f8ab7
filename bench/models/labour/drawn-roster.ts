/** Instances that nobody has published: copies under other names, and new ones drawn like a given one. */
import type { RosterProblem } from '../../../src/models/labour/roster/problem.ts'
import { createRandom } from '../../../src/models/math/random.ts'

/** The same problem with its people in another order and everybody and every shift under another name. */
export function renamed(problem: RosterProblem, seed: number): RosterProblem {
  const random = createRandom(seed)
  const people = namesFor(random.shuffle(problem.people.map(({ id }) => id)), 'person')
  const shifts = namesFor(random.shuffle(problem.shifts.map(({ id }) => id)), 'shift')
  const shift = (id: string): string => shifts.get(id) ?? id
  const wish = (one: RosterProblem['wishesOn'][number]) => ({
    ...one,
    person: people.get(one.person) ?? one.person,
    shift: shift(one.shift),
  })
  return {
    daysCount: problem.daysCount,
    shifts: random.shuffle(
      problem.shifts.map((one) => ({
        ...one,
        id: shift(one.id),
        notBefore: one.notBefore.map(shift),
      })),
    ),
    people: random.shuffle(
      problem.people.map((one) => ({
        ...one,
        id: people.get(one.id) ?? one.id,
        shiftsMax: Object.fromEntries(
          Object.entries(one.shiftsMax).map(([id, most]) => [shift(id), most]),
        ),
      })),
    ),
    wishesOn: random.shuffle(problem.wishesOn.map(wish)),
    wishesOff: random.shuffle(problem.wishesOff.map(wish)),
    cover: random.shuffle(problem.cover.map((one) => ({ ...one, shift: shift(one.shift) }))),
  }
}

/**
 * As many people, days, shifts and wishes; each person has the rules of somebody of the given problem,
 * as many days off on other days, and each need is that of another week's same day and shift.
 */
export function drawnLike(problem: RosterProblem, seed: number): RosterProblem {
  const random = createRandom(seed)
  const one = <Item>(items: readonly Item[]): Item => items[random.below(items.length)]!
  const { daysCount } = problem
  const people = problem.people.map(({ id }) => {
    const { daysOff, ...rules } = one(problem.people)
    const days = random.shuffle(Array.from({ length: daysCount }, (_, day) => day))
    return { ...rules, id, daysOff: days.slice(0, daysOff.length) }
  })
  const isOff = new Set(people.flatMap(({ id, daysOff }) => daysOff.map((day) => `${id}/${day}`)))
  const wishes = (like: RosterProblem['wishesOn']) => {
    const found = new Map<string, RosterProblem['wishesOn'][number]>()
    // A place that is taken is passed over, so the number of draws is bounded and not that of wishes.
    for (let draw = 0; draw < 4 * like.length && found.size < like.length; draw += 1) {
      const { id: person, shiftsMax } = one(people)
      const may = Object.keys(shiftsMax).filter((shift) => shiftsMax[shift]! > 0)
      const day = random.below(daysCount)
      const place = `${person}/${day}`
      if (may.length === 0 || isOff.has(place)) continue
      isOff.add(place)
      found.set(place, { person, day, shift: one(may), weight: one(like).weight })
    }
    return [...found.values()]
  }
  const needs = new Map(problem.cover.map((cell) => [`${cell.day}/${cell.shift}`, cell.people]))
  return {
    daysCount,
    shifts: problem.shifts,
    people,
    wishesOn: wishes(problem.wishesOn),
    wishesOff: wishes(problem.wishesOff),
    cover: problem.cover.map((cell) => {
      const like = (cell.day % 7) + 7 * random.below(daysCount / 7)
      return { ...cell, people: needs.get(`${like}/${cell.shift}`) ?? cell.people }
    }),
  }
}

function namesFor(ids: readonly string[], word: string): Map<string, string> {
  return new Map(ids.map((id, at) => [id, `${word} ${at + 1}`]))
}
