/** The shape of what is coming. */
import { Skeleton, Stack, VisuallyHidden } from '@mantine/core'

export function Loading({ what, rows, height }: { what: string; rows: number; height: number }) {
  return (
    <Stack gap="xs" aria-busy="true">
      <VisuallyHidden role="status">Loading {what}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all the same
        <Skeleton key={row} height={height} radius="md" aria-hidden />
      ))}
    </Stack>
  )
}
