/** A page: its title in the tab and as heading, which takes the focus when the page changes. */
import { Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

interface Props {
  readonly title: string
  readonly says?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** The first page of a visit leaves the focus where the browser puts it. */
let isFirst = true

export function Page({ title, says, aside, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Tillway`
    if (!isFirst) heading.current?.focus({ preventScroll: true })
    isFirst = false
  }, [title])
  return (
    <Stack gap="md" maw={1400} mx="auto">
      <Group justify="space-between" align="flex-end" gap="xs">
        <div>
          <Title order={1} size="h3" ref={heading} tabIndex={-1}>
            {title}
          </Title>
          {says && (
            <Text size="sm" c="dimmed" lh={1.35}>
              {says}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Stack>
  )
}
