/** An address that shows nothing. */
import { Container, Text, Title } from '@mantine/core'
import { TextLink } from '../base/text-link.tsx'

export function NotFound() {
  return (
    <Container size="xs" component="main" py={80}>
      <Title order={1} size="h3">
        There is no such page
      </Title>
      <Text mt="xs">
        <TextLink to="/">Go to the live feed</TextLink>
      </Text>
    </Container>
  )
}
