/** What a moment says below its heading. */
import { Group, Stack, Text } from '@mantine/core'
import { fullTime } from '../base/time.ts'
import { ApprovalMoment } from './approval-moment.tsx'
import { CommandMoment, OutcomeMoment } from './command-moment.tsx'
import { DecisionMoment } from './decision-moment.tsx'
import { EventMoment } from './event-moment.tsx'
import type { Moment } from './timeline.ts'

export function MomentBody({ moment, zone }: { moment: Moment; zone: string | undefined }) {
  return (
    <Stack gap={8} pb={6}>
      <Group gap={6}>
        <Text size="xs" c="dimmed" component="time" dateTime={moment.at} className="numbers">
          {fullTime(moment.at, zone)}
        </Text>
      </Group>
      {bodyOf(moment, zone)}
    </Stack>
  )
}

function bodyOf(moment: Moment, zone: string | undefined) {
  switch (moment.kind) {
    case 'event':
      return <EventMoment event={moment.event} zone={zone} />
    case 'decision':
      return <DecisionMoment proposal={moment.proposal} />
    case 'approval':
      return <ApprovalMoment approval={moment.approval} zone={zone} />
    case 'command':
      return <CommandMoment command={moment.command} zone={zone} />
    case 'outcome':
      return <OutcomeMoment command={moment.command} />
  }
}
