/** A link to another page of the console, in running text. */
import { Anchor } from '@mantine/core'
import { createLink } from '@tanstack/react-router'

export const TextLink = createLink(Anchor<'a'>)
