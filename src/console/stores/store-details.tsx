/** What the point of sale of a store can and cannot do, and the particulars of its agent. */
import { SimpleGrid, Text, Title } from '@mantine/core'
import type { StoreView } from '../../hub/views.ts'
import { Status } from '../base/status.tsx'
import { TextLink } from '../base/text-link.tsx'
import { fromNow } from '../base/time.ts'
import { useNow } from '../base/use-now.ts'
import { Facts } from '../thread/facts.tsx'
import { actionTitle } from '../words/actions.ts'
import type { Said } from '../words/outcome.ts'
import classes from './stores.module.css'

export function StoreDetails({ store }: { store: StoreView }) {
  const { agent, actions } = store
  const nowMs = useNow(10_000)
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" p={{ base: 0, sm: 'xs' }}>
      <section>
        <Title order={3} size="h6" mb={6}>
          What its point of sale can do
        </Title>
        {actions.length === 0 && (
          <Text size="sm" c="dimmed">
            Not known yet: no point of sale is connected.
          </Text>
        )}
        <ul className={classes.actions}>
          {actions.map(({ action, by, says }) => (
            <li key={action}>
              <Status {...supportOf(by)} />
              <span>
                <strong>{actionTitle(action)}</strong>: {says}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <Title order={3} size="h6" mb={6}>
          Agent and store
        </Title>
        <Facts
          facts={[
            ['Agent', agent?.agentId],
            ['Version', agent?.version],
            ['Last seen', agent?.seenAt && fromNow(agent.seenAt, nowMs)],
            ['Time zone', store.timeZone],
            ['Business day', store.today.businessDay],
          ]}
        />
        <TextLink to="/" search={{ storeId: store.storeId }} size="sm">
          Events of this store
        </TextLink>
      </section>
    </SimpleGrid>
  )
}

function supportOf(by: string): Said {
  if (by === 'none') return { tone: 'bad', text: 'Cannot' }
  if (by === 'document') return { tone: 'waiting', text: 'As a document' }
  return { tone: 'good', text: 'Can' }
}
