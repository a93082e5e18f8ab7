/** The frame of every page behind the sign-in: header, navigation, connection, who is signed in. */
import { AppShell, Group, Text } from '@mantine/core'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useIsPhone } from '../base/use-is-phone.ts'
import { LiveFeedProvider } from '../live/live-feed-context.tsx'
import { ApprovalsAnnouncer } from './approvals-announcer.tsx'
import { Brand } from './brand.tsx'
import { ColorSchemeToggle } from './color-scheme-toggle.tsx'
import { ConnectionState } from './connection-state.tsx'
import { BottomBar, SideBar } from './navigation.tsx'
import { PersonMenu } from './person-menu.tsx'
import classes from './shell.module.css'
import { useSession } from './use-session.ts'

export function Shell() {
  const isPhone = useIsPhone()
  const session = useSession()
  const path = useLocation({ select: ({ pathname }) => pathname })
  return (
    <LiveFeedProvider>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: true } }}
        footer={{ height: 60, collapsed: !isPhone }}
        padding={{ base: 'sm', sm: 'lg' }}
        transitionDuration={0}
      >
        <AppShell.Header className={classes.surface ?? ''}>
          <Group h="100%" px={{ base: 'sm', sm: 'md' }} justify="space-between" wrap="nowrap">
            <Group wrap="nowrap" gap="md" miw={0}>
              <Brand />
              <Text size="sm" c="dimmed" truncate visibleFrom="sm">
                {session?.chain.name}
              </Text>
            </Group>
            <Group wrap="nowrap" gap="xs">
              <ConnectionState />
              <ColorSchemeToggle />
              <PersonMenu />
            </Group>
          </Group>
        </AppShell.Header>
        {!isPhone && (
          <AppShell.Navbar p="sm" className={classes.surface ?? ''} aria-label="Pages">
            <SideBar path={path} />
          </AppShell.Navbar>
        )}
        <AppShell.Main id="content" tabIndex={-1} className={classes.main ?? ''}>
          <Outlet />
        </AppShell.Main>
        {isPhone && (
          <AppShell.Footer className={classes.surface ?? ''}>
            <BottomBar path={path} />
          </AppShell.Footer>
        )}
      </AppShell>
      <ApprovalsAnnouncer />
    </LiveFeedProvider>
  )
}
