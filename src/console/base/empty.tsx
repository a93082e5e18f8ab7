/** Nothing to show, said kindly and with what would change that. */
import { Center, Stack, Text } from '@mantine/core'
import type { IconMoodEmpty } from '@tabler/icons-react'

interface Props {
  readonly icon: typeof IconMoodEmpty
  readonly title: string
  readonly says: string
}

export function Empty({ icon: Icon, title, says }: Props) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap={6} maw={420}>
        <Icon size={40} stroke={1.4} aria-hidden color="var(--mantine-color-dimmed)" />
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed" ta="center">
          {says}
        </Text>
      </Stack>
    </Center>
  )
}
