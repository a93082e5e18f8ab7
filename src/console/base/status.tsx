/** A state in words, with an icon and a ground that say the same: colour is never the only sign. */
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconMinus,
  IconProgress,
} from '@tabler/icons-react'
import type { Said, Tone } from '../words/outcome.ts'
import classes from './status.module.css'

const icons: Readonly<Record<Tone, typeof IconCheck>> = {
  good: IconCheck,
  info: IconProgress,
  waiting: IconClock,
  bad: IconAlertTriangle,
  plain: IconMinus,
}

export function Status({ tone, text }: Said) {
  const Icon = icons[tone]
  return (
    <span className={`${classes.status} ${classes[tone]}`}>
      <Icon size={13} stroke={2.4} aria-hidden />
      {text}
    </span>
  )
}
