/** One number that matters, with what it counts. */
import { Text } from '@mantine/core'
import { Panel } from '../base/panel.tsx'

interface Props {
  readonly label: string
  readonly value: string
  readonly note: string
}

export function Figure({ label, value, note }: Props) {
  return (
    <Panel p="sm" py={10}>
      <Text size="xs" c="dimmed" fw={550} lh={1.3}>
        {label}
      </Text>
      <Text fz={{ base: 20, sm: 24 }} fw={680} lh={1.25} className="numbers">
        {value}
      </Text>
      <Text size="xs" c="dimmed" lh={1.3}>
        {note}
      </Text>
    </Panel>
  )
}
