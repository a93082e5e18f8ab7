/** Queues: how many must serve so that few wait long (Erlang C). Load in erlangs: arrivals x service time. */
import { Fault } from '../../base/fault.ts'

export interface Queue {
  readonly arrivalsAnHour: number
  readonly serviceSeconds: number
}

export interface ServiceGoal {
  /** Share of customers, 0 to 1, who begin to be served within `withinSeconds`. */
  readonly servedRatio: number
  readonly withinSeconds: number
  /** Most of the time that a person may be busy, 0 to 1. */
  readonly occupancyMax: number
}

export interface QueueState {
  readonly waitsRatio: number
  readonly meanWaitSeconds: number
  readonly servedRatio: number
  readonly occupancy: number
}

const staffMax = 1000

/** Chance that a customer waits at all, with `staff` people serving; 1 where the queue only grows. */
export function erlangC(load: number, staff: number): number {
  if (!(load >= 0) || load > staffMax) refuse('load', `0 to ${staffMax}`)
  if (!Number.isInteger(staff) || staff < 0) refuse('staff', 'a whole number')
  if (load === 0) return 0
  if (staff <= load) return 1
  let blocked = 1
  for (let one = 1; one <= staff; one += 1) blocked = (load * blocked) / (one + load * blocked)
  return blocked / (1 - (load / staff) * (1 - blocked))
}

export function queueState(queue: Queue, staff: number, withinSeconds: number): QueueState {
  const load = loadOf(queue)
  const waitsRatio = erlangC(load, staff)
  if (load === 0) return { waitsRatio, meanWaitSeconds: 0, servedRatio: 1, occupancy: 0 }
  if (staff <= load)
    return { waitsRatio: 1, meanWaitSeconds: Number.MAX_VALUE, servedRatio: 0, occupancy: 1 }
  const drain = (staff - load) / queue.serviceSeconds
  return {
    waitsRatio,
    meanWaitSeconds: waitsRatio / drain,
    servedRatio: 1 - waitsRatio * Math.exp(-drain * withinSeconds),
    occupancy: load / staff,
  }
}

/** The fewest people who keep the goal; 0 where nobody comes. */
export function staffForQueue(queue: Queue, goal: ServiceGoal): number {
  if (!(goal.servedRatio > 0 && goal.servedRatio < 1)) refuse('servedRatio', 'between 0 and 1')
  if (!(goal.occupancyMax > 0 && goal.occupancyMax <= 1)) refuse('occupancyMax', '0 to 1')
  if (!(goal.withinSeconds >= 0)) refuse('withinSeconds', 'not negative')
  const load = loadOf(queue)
  if (load === 0) return 0
  let staff = Math.max(1, Math.ceil(load / goal.occupancyMax))
  while (queueState(queue, staff, goal.withinSeconds).servedRatio < goal.servedRatio) staff += 1
  return staff
}

function loadOf({ arrivalsAnHour, serviceSeconds }: Queue): number {
  if (!(arrivalsAnHour >= 0)) refuse('arrivalsAnHour', 'not negative')
  if (!(serviceSeconds > 0)) refuse('serviceSeconds', 'above 0')
  const load = (arrivalsAnHour * serviceSeconds) / 3600
  if (load > staffMax / 2) refuse('arrivalsAnHour', `a load of at most ${staffMax / 2}`)
  return load
}

function refuse(field: string, expected: string): never {
  throw new Fault('model_input_malformed', { field, expected })
}
