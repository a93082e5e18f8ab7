/** Names and values, side by side where there is room. */
import type { ReactNode } from 'react'
import classes from './thread.module.css'

export type Fact = readonly [name: string, value: ReactNode]

/** Facts without a value are left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  const given = facts.filter(([, value]) => value !== undefined && value !== '')
  if (given.length === 0) return null
  return (
    <dl className={classes.facts}>
      {given.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
