/** The pages: at the side, or at the bottom within reach of a thumb. */
import { NavLink, VisuallyHidden } from '@mantine/core'
import { IconActivity, IconBuildingStore, IconChecklist } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import classes from './shell.module.css'
import { useOpenApprovalsCount } from './use-open-approvals-count.ts'

const pages = [
  { to: '/', label: 'Live', icon: IconActivity },
  { to: '/approvals', label: 'Approvals', icon: IconChecklist },
  { to: '/stores', label: 'Stores', icon: IconBuildingStore },
] as const

/** A thread belongs to the live page. */
function isOpen(to: string, path: string): boolean {
  return to === '/' ? path === '/' || path.startsWith('/threads/') : path.startsWith(to)
}

export function SideBar({ path }: { path: string }) {
  const count = useOpenApprovalsCount()
  return pages.map(({ to, label, icon: Icon }) => (
    <NavLink
      key={to}
      component={Link}
      to={to}
      label={label}
      active={isOpen(to, path)}
      aria-current={isOpen(to, path) ? 'page' : undefined}
      className={classes.link ?? ''}
      leftSection={<Icon size={20} stroke={1.7} aria-hidden />}
      rightSection={to === '/approvals' && <Count count={count} />}
      mb={2}
    />
  ))
}

export function BottomBar({ path }: { path: string }) {
  const count = useOpenApprovalsCount()
  return (
    <nav className={classes.bar} aria-label="Pages">
      {pages.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className={classes.tab ?? ''}
          aria-current={isOpen(to, path) ? 'page' : undefined}
        >
          <Icon size={22} stroke={1.7} aria-hidden />
          {label}
          {to === '/approvals' && <Count count={count} />}
        </Link>
      ))}
    </nav>
  )
}

function Count({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <span className={classes.count}>
      {count}
      <VisuallyHidden> waiting</VisuallyHidden>
    </span>
  )
}
