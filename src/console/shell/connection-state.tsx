/** Whether events come in as they happen. */
import { VisuallyHidden } from '@mantine/core'
import { IconBolt, IconRefresh } from '@tabler/icons-react'
import { useIsPhone } from '../base/use-is-phone.ts'
import { useLiveFeed } from '../live/live-feed-context.tsx'
import classes from './shell.module.css'

const words = { live: 'Live', connecting: 'Connecting', reconnecting: 'Reconnecting' } as const

export function ConnectionState() {
  const { connection } = useLiveFeed()
  const isPhone = useIsPhone()
  const isLive = connection === 'live'
  const Icon = isLive ? IconBolt : IconRefresh
  return (
    <span role="status" className={`${classes.connection} ${isLive ? classes.live : classes.away}`}>
      <Icon size={16} aria-hidden />
      <VisuallyHidden>Connection: </VisuallyHidden>
      {isPhone && isLive ? <VisuallyHidden>Live</VisuallyHidden> : words[connection]}
    </span>
  )
}
