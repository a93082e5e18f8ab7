/**
 * Plans some people anew in a window of days: column generation to the linear optimum, then a dive
 * that settles the surest people first and prices the others again after each step.
 */
import type { Highs } from 'highs'
import type { PathSearch } from './best-path.ts'
import { createMaster, type Master } from './master.ts'
import type { RosterState } from './state.ts'

export interface Replan {
  readonly people: readonly number[]
  readonly from: number
  readonly to: number
  readonly roundsMax: number
  /** Weight of former prices when new ones are taken: keeps them from swinging. */
  readonly smoothing: number
  isOver(): boolean
}

/** Changes the state to what was found, unless that costs more; gives the change of the penalty. */
export function replan(highs: Highs, state: RosterState, search: PathSearch, plan: Replan): number {
  const { people, from, to } = plan
  const before = state.costOf(people, from, to)
  const saved = people.map((person) => state.daysOf(person).slice())
  for (const person of people) state.count(person, -1, from, to)
  const master = createMaster(highs, state, people, from, to)
  try {
    for (const person of people) master.add(person, state.daysOf(person).subarray(from, to))
    const generate = createGenerator(state, search, master, plan)
    for (let round = 0; round < plan.roundsMax && !plan.isOver(); round += 1)
      if (generate(people, round < 3 ? 0 : plan.smoothing) === 0) break
    dive(state, master, generate, plan)
  } finally {
    master.dispose()
  }
  for (const person of people) state.count(person, 1, from, to)
  const change = state.costOf(people, from, to) - before
  if (change <= 0) return change
  for (const [at, person] of people.entries()) {
    state.count(person, -1, from, to)
    state.daysOf(person).set(saved[at]!)
    state.count(person, 1, from, to)
  }
  return 0
}

type Generate = (people: readonly number[], smoothing: number) => number

/** Solves, then adds to each person the way that the prices make cheapest; gives how many helped. */
function createGenerator(
  state: RosterState,
  search: PathSearch,
  master: Master,
  { from, to }: Replan,
): Generate {
  const { shiftsCount: S, peopleCount, people: rules } = state.compiled
  const prices = new Float64Array(state.prices.length)
  const smooth = new Float64Array(state.prices.length)
  const choice = new Float64Array(peopleCount)
  const days = new Int16Array(state.compiled.daysCount)
  let isFirst = true

  const gain = (person: number): number => {
    const { wishes } = rules[person]!
    let cost = -choice[person]!
    for (let day = from; day < to; day += 1) {
      const shift = days[day]!
      if (shift >= 0) cost += prices[day * S + shift]! + wishes[day * S + shift]!
    }
    return -cost
  }
  const price = (person: number, by: Float64Array): boolean => {
    days.set(state.daysOf(person))
    if (search.best(person, days, from, to, by) === Number.POSITIVE_INFINITY) return false
    if (gain(person) < 1e-6) return false
    master.add(person, days.subarray(from, to))
    return true
  }

  return (people, smoothing) => {
    master.solve()
    master.duals(prices, choice)
    const keep = isFirst ? 0 : smoothing
    isFirst = false
    for (let cell = from * S; cell < to * S; cell += 1)
      smooth[cell] = keep * smooth[cell]! + (1 - keep) * prices[cell]!
    let added = 0
    for (const person of people) if (price(person, smooth)) added += 1
    // Smoothed prices can hide a way that helps: look once by the true ones before giving up.
    if (added === 0 && keep > 0) {
      smooth.set(prices)
      for (const person of people) if (price(person, prices)) added += 1
    }
    return added
  }
}

const sure = 0.98
const likely = 0.6
const stepRatio = 0.1
const roundsAStep = 3

function dive(state: RosterState, master: Master, generate: Generate, plan: Replan): void {
  const open = new Set(plan.people)
  while (open.size > 0) {
    master.solve()
    const shares = master.shares()
    const order = [...master.ways.keys()]
      .filter((at) => open.has(master.ways[at]!.person))
      .sort((left, right) => shares[right]! - shares[left]!)
    const most = Math.max(1, stepRatio * open.size)
    let settled = 0
    for (const at of order) {
      const way = master.ways[at]!
      if (!open.has(way.person)) continue
      const share = shares[at]!
      if (settled > 0 && share < sure && (settled >= most || share < likely)) break
      open.delete(way.person)
      master.fix(way)
      state.daysOf(way.person).set(way.days, plan.from)
      settled += 1
    }
    for (let round = 0; round < roundsAStep && open.size > 0 && !plan.isOver(); round += 1)
      if (generate([...open], 0.3) === 0) break
  }
}
