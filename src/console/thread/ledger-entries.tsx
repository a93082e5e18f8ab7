/** What the ledger holds of this thread: enough to find each entry and compare its hash. */
import { Code, Text } from '@mantine/core'
import type { Thread } from '../../hub/views.ts'
import { clockTime, fullTime } from '../base/time.ts'
import { sayName } from '../words/events.ts'
import classes from './thread.module.css'

interface Props {
  readonly entries: Thread['ledger']
  readonly zone: string | undefined
}

export function LedgerEntries({ entries, zone }: Props) {
  if (entries.length === 0)
    return (
      <Text size="sm" c="dimmed">
        The ledger holds no entry of this thread yet; events are entered in batches.
      </Text>
    )
  return (
    <table className={classes.table}>
      <caption>Ledger</caption>
      <thead>
        <tr>
          <th scope="col">No.</th>
          <th scope="col">Time</th>
          <th scope="col">Entry</th>
          <th scope="col">By</th>
          <th scope="col">Hash</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(({ sequence, at, kind, actor, subject, hash }) => (
          <tr key={sequence}>
            <td className="numbers">{sequence}</td>
            <td className="numbers">
              <time dateTime={at} title={fullTime(at, zone)}>
                {clockTime(at, zone)}
              </time>
            </td>
            <td title={subject}>{sayName(kind)}</td>
            <td>{actor}</td>
            <td>
              <Code title={hash}>{hash.slice(0, 10)}</Code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
