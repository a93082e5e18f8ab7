/** What comes next: the plan of the day, merged with what came up on the way, in order of time. */
import { type PlanInput, type PlannedEvent, planDay } from './day-plan.ts'
import type { Position, RunState, Task } from './run-state.ts'

export type NextUp =
  | {
      readonly from: 'plan'
      readonly atMs: number
      readonly event: PlannedEvent
      readonly after: Position
    }
  | { readonly from: 'task'; readonly atMs: number; readonly task: Task; readonly after: Position }

export interface Agenda {
  next(): NextUp
  /** To be called with what `next` gave, once it is done or put off. */
  done(next: NextUp): void
  addTask(task: Task): void
}

export function createAgenda(input: PlanInput, state: RunState): Agenda {
  let position = state.position()
  let day = planOf(position.dayOfRun)
  const tasks = state.tasks().sort(byTime)

  function planOf(dayOfRun: number): PlannedEvent[] {
    const date = Temporal.PlainDate.from(state.startDate).add({ days: dayOfRun }).toString()
    return planDay(input, dayOfRun, date)
  }

  function nextPlanned(): PlannedEvent {
    for (;;) {
      const event = day[position.index]
      if (event !== undefined) return event
      position = { ...position, dayOfRun: position.dayOfRun + 1, index: 0 }
      day = planOf(position.dayOfRun)
    }
  }

  return {
    next() {
      const event = nextPlanned()
      const task = tasks[0]
      // Time never goes back, even for a task whose hour passed while nobody was there.
      const at = (atMs: number) => Math.max(atMs, position.simulatedMs)
      if (task !== undefined && task.atMs <= event.at.atMs) {
        const atMs = at(task.atMs)
        return { from: 'task', atMs, task, after: { ...position, simulatedMs: atMs } }
      }
      const atMs = at(event.at.atMs)
      const after = { ...position, index: position.index + 1, simulatedMs: atMs }
      return { from: 'plan', atMs, event, after }
    },
    done(next) {
      position = next.after
      if (next.from === 'task') tasks.splice(tasks.indexOf(next.task), 1)
    },
    addTask(task) {
      tasks.push(task)
      tasks.sort(byTime)
    },
  }
}

function byTime(a: Task, b: Task): number {
  return a.atMs - b.atMs || (a.key < b.key ? -1 : 1)
}
