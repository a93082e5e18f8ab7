/** The people of one role, each a card to choose. */
import {
  Avatar,
  Button,
  Group,
  Loader,
  SimpleGrid,
  Stack,
  Text,
  Title,
  UnstyledButton,
} from '@mantine/core'
import { useState } from 'react'
import type { Persona } from '../../hub/views.ts'
import { sayRole } from '../words/roles.ts'
import classes from './persona-group.module.css'

interface Props {
  readonly role: string
  readonly people: readonly Persona[]
  readonly entering: string | undefined
  readonly onChoose: (personId: string) => void
}

/** A chain has a manager for every store: the first few, and the rest on demand. */
const shownAtFirst = 6

export function PersonaGroup({ role, people, entering, onChoose }: Props) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? people : people.slice(0, shownAtFirst)
  return (
    <Stack component="section" gap="xs" aria-label={sayRole(role)}>
      <Title order={2} size="h5">
        {sayRole(role)}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
        {shown.map(({ personId, name, title }) => (
          <UnstyledButton
            key={personId}
            className={classes.card ?? ''}
            disabled={entering !== undefined}
            onClick={() => onChoose(personId)}
          >
            <Group wrap="nowrap" gap="sm">
              <Avatar name={name} color="pine.8" variant="filled" size={40} aria-hidden />
              <div className={classes.words}>
                <Text fw={600} truncate>
                  {name}
                </Text>
                <Text size="sm" c="dimmed">
                  {title}
                </Text>
              </div>
              {entering === personId && <Loader size="xs" aria-label="Signing in" />}
            </Group>
          </UnstyledButton>
        ))}
      </SimpleGrid>
      {shown.length < people.length && (
        <Button variant="default" size="xs" w="fit-content" onClick={() => setIsWhole(true)}>
          Show all {people.length}
        </Button>
      )}
    </Stack>
  )
}
