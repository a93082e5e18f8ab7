/** How far a command has come. */
import { IconCheck, IconPointFilled, IconX } from '@tabler/icons-react'
import type { CommandView } from '../../hub/views.ts'
import classes from './command-steps.module.css'

const steps = ['queued', 'delivered', 'executed', 'verified'] as const
const ends: readonly string[] = ['failed', 'expired', 'rolled_back']

export function CommandSteps({ state }: { state: CommandView['state'] }) {
  const reached = (steps as readonly string[]).indexOf(state)
  // Of a command that ended badly it is known that it was queued, and how it ended.
  const shown: readonly string[] = ends.includes(state) ? ['queued', state] : steps
  return (
    <ol className={classes.steps} aria-label="States of the command">
      {shown.map((step, index) => {
        const isEnd = ends.includes(step)
        const isDone = ends.includes(state) || index <= reached
        const Icon = isEnd ? IconX : isDone ? IconCheck : IconPointFilled
        return (
          <li
            key={step}
            className={isEnd ? classes.bad : isDone ? classes.done : classes.open}
            aria-current={step === state ? 'step' : undefined}
          >
            <Icon size={13} aria-hidden />
            {step.replace('_', ' ')}
            {!isDone && <span className={classes.hidden}> (not yet)</span>}
          </li>
        )
      })}
    </ol>
  )
}
