/** What could not be taken in: set aside, nothing lost. Shown to those who may see it, when there is any. */
import { Code, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DeadLetterView } from '../../hub/views.ts'
import { Panel } from '../base/panel.tsx'
import { Status } from '../base/status.tsx'
import { fullTime } from '../base/time.ts'
import { useStoresById } from '../live/use-store.ts'
import { deadLettersQuery } from '../queries.ts'

const shownMax = 50

export function DeadLetters() {
  const { data } = useQuery(deadLettersQuery)
  const stores = useStoresById()
  if (data === undefined || data.length === 0) return null
  return (
    <Panel labelledBy="dead-letters-title">
      <Title order={2} size="h5" id="dead-letters-title">
        Dead letters
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        Events that could not be taken in. They are kept and can be replayed.
      </Text>
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {data.slice(0, shownMax).map((letter) => (
          <DeadLetter
            key={letter.deadLetterId}
            letter={letter}
            storeName={stores.get(letter.storeId ?? '')?.name}
          />
        ))}
      </Stack>
    </Panel>
  )
}

interface Props {
  readonly letter: DeadLetterView
  readonly storeName: string | undefined
}

function DeadLetter({ letter, storeName }: Props) {
  const { says, code, field, at, attemptsCount, replayedAt, storeId, regionId } = letter
  return (
    <li>
      <Group gap="xs">
        <Status
          {...(replayedAt
            ? { tone: 'good', text: 'Replayed' }
            : { tone: 'bad', text: 'Set aside' })}
        />
        <Text size="sm">{says}</Text>
        {field && <Code>{field}</Code>}
      </Group>
      <Text size="xs" c="dimmed">
        {storeName ?? storeId ?? `region ${regionId}`} · {fullTime(at)} · {code} · {attemptsCount}{' '}
        {attemptsCount === 1 ? 'attempt' : 'attempts'}
      </Text>
    </li>
  )
}
