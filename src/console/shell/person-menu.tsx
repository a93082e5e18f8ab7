/** Who is signed in, and the way out. */
import { Avatar, Menu, Text, UnstyledButton } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLogout } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../api.ts'
import { faultOf } from '../base/fault-alert.tsx'
import { sayRole } from '../words/roles.ts'
import { useSession } from './use-session.ts'

export function PersonMenu() {
  const session = useSession()
  const leave = useSignOut()
  if (session === undefined) return null
  const { name, title, roles } = session.person
  return (
    <Menu position="bottom-end" width={260} shadow="md">
      <Menu.Target>
        <UnstyledButton
          aria-label={`${initials(name)}, account of ${name}`}
          style={{ borderRadius: '50%' }}
        >
          <Avatar color="pine.8" variant="filled" size={36}>
            {initials(name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text fw={600} px="sm" pt={6}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" px="sm">
          {title}
        </Text>
        <Text size="xs" c="dimmed" px="sm" pb={6}>
          {roles.map(({ role, at }) => `${sayRole(role)}, ${at.kind} ${at.id}`).join('; ')}
        </Text>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => leave.mutate()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/)
  return [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => word?.charAt(0)).join('')
}

function useSignOut() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      queryClient.clear()
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not signed out', message: faultOf(error).says }),
  })
}
