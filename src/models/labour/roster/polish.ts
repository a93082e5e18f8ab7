/** After the first cooling: whole ways of some people, or warmth again, whichever gains most. */
import { createChooser } from './chooser.ts'
import { replan } from './columns.ts'
import { anneal } from './cooling.ts'
import { createShaker } from './shake.ts'
import type { Steps } from './steps.ts'

/** Longest window planned as a whole; a year is planned month by month, again and again. */
const windowDaysMost = 42
const windowDaysUsual = 28
const shakesATurn = 50
const warmRatio = 0.05
/** Most of the time for columns of one plan; what is known by then is settled. */
const planRatio = 0.04

/** @param best the best roster so far, from which warmth begins again */
export function polish(steps: Steps, best: Int16Array): void {
  const { state, random, share, keep } = steps
  const ways = [
    ...[0.04, 0.1, 0.2].map((ratio) => () => warmAgain(steps, ratio)),
    () => shakeSome(steps),
    ...[8, 16, 32].map((people) => () => replanSome(steps, people)),
  ]
  const chooser = createChooser(ways.length, random)
  let penalty = state.total()
  while (share() < 1) {
    const began = share()
    const way = chooser.choose()
    ways[way]!()
    keep()
    const found = state.total()
    chooser.learn(way, Math.max(0, penalty - found), share() - began)
    if (found > penalty) state.load(best)
    else penalty = found
  }
}

function windowOf({ compiled: { daysCount }, random }: Steps): [number, number] {
  const length = daysCount <= windowDaysMost ? daysCount : windowDaysUsual
  const from = 7 * random.below((daysCount - length) / 7 + 1)
  return [from, from + length]
}

/** Part of the people, by chance. */
function replanSome(steps: Steps, peopleWanted: number): void {
  const { compiled, random, highs, state, search, share } = steps
  const [from, to] = windowOf(steps)
  const until = Math.min(1, share() + planRatio)
  const everybody = Array.from({ length: compiled.peopleCount }, (_, person) => person)
  replan(highs, state, search, {
    people: random.shuffle(everybody).slice(0, peopleWanted),
    from,
    to,
    roundsMax: 40,
    smoothing: 0.3,
    isOver: () => share() > until,
  })
}

function shakeSome(steps: Steps): void {
  const { state, search, random, cooling, share } = steps
  const shaker = createShaker(state, search, random)
  for (let shake = 0; shake < shakesATurn && share() < 1; shake += 1)
    shaker.shake(...windowOf(steps), cooling.cold)
}

function warmAgain(steps: Steps, ratio: number): void {
  const { cooling, share } = steps
  const hot = Math.max(2 * cooling.cold, cooling.hot * ratio)
  anneal(steps, Math.min(1, share() + warmRatio), hot, cooling.cold)
}
