/** The data as it is, for who wants to see exactly. */
import classes from './thread.module.css'

export function Details({ label, data }: { label: string; data: unknown }) {
  return (
    <details className={classes.details}>
      <summary>{label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{JSON.stringify(data, null, 2)}</pre>
    </details>
  )
}
