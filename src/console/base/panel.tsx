/** A raised surface; a section of the page when a heading names it. */
import { Paper, type PaperProps } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props extends PaperProps {
  readonly children: ReactNode
  /** The id of the heading. */
  readonly labelledBy?: string
}

export function Panel({ children, labelledBy, ...paper }: Props) {
  return (
    <Paper
      component={labelledBy === undefined ? 'div' : 'section'}
      aria-labelledby={labelledBy}
      p="md"
      bd="1px solid var(--line)"
      bg="var(--surface)"
      {...paper}
    >
      {children}
    </Paper>
  )
}
