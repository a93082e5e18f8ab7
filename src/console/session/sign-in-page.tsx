/** Who is there? The demo lets anybody be one of a few people; it says so. */
import { Alert, Container, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconInfoCircle, IconSearch, IconUserOff } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { signIn } from '../api.ts'
import { Empty } from '../base/empty.tsx'
import { FaultAlert } from '../base/fault-alert.tsx'
import { Loading } from '../base/loading.tsx'
import { personasQuery, sessionQuery } from '../queries.ts'
import { Brand } from '../shell/brand.tsx'
import { groupPersonas } from './group-personas.ts'
import { PersonaGroup } from './persona-group.tsx'

export function SignInPage() {
  const [wanted, setWanted] = useState('')
  const personas = useQuery(personasQuery)
  const enter = useSignIn()
  useEffect(() => {
    document.title = 'Sign in · Tillway'
  }, [])
  const groups = groupPersonas(personas.data ?? [], wanted)
  return (
    <Container component="main" size="md" py={{ base: 'lg', sm: 56 }} px="md">
      <Stack gap="lg">
        <Brand />
        <div>
          <Title order={1} size="h2">
            Who are you today?
          </Title>
          <Text c="dimmed">What you see and may decide depends on your role and your stores.</Text>
        </div>
        <Alert
          variant="outline"
          color="pine"
          icon={<IconInfoCircle aria-hidden />}
          styles={{
            root: { background: 'var(--surface)' },
            message: { color: 'var(--mantine-color-text)' },
          }}
        >
          This is the demo sign-in: choose a person, no password is asked. A real chain signs in
          through its own identity provider.
        </Alert>
        <TextInput
          label="Search by name, role or place"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted}
          onChange={({ currentTarget }) => setWanted(currentTarget.value)}
          maw={420}
        />
        {enter.error && <FaultAlert error={enter.error} title="The sign-in failed" />}
        {personas.isPending && <Loading what="people" rows={4} height={72} />}
        {personas.error && (
          <FaultAlert
            error={personas.error}
            title="The people of the demo could not be read"
            onRetry={() => void personas.refetch()}
          />
        )}
        {groups.map(({ role, people }) => (
          <PersonaGroup
            key={role}
            role={role}
            people={people}
            entering={enter.isPending ? enter.variables : undefined}
            onChoose={enter.mutate}
          />
        ))}
        {personas.isSuccess && groups.length === 0 && (
          <Empty icon={IconUserOff} title="Nobody by that name" says="Try fewer letters." />
        )}
      </Stack>
    </Container>
  )
}

function useSignIn() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { from } = useSearch({ from: '/sign-in' })
  return useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
      await queryClient.fetchQuery(sessionQuery)
      await navigate({ href: from ?? '/', replace: true })
    },
  })
}
