/** What a proposal rests on. */
import type { ProposalView } from '../../hub/views.ts'
import classes from './thread.module.css'

export function Evidence({ evidence }: { evidence: ProposalView['evidence'] }) {
  if (evidence.length === 0) return null
  return (
    <table className={classes.table}>
      <caption>Evidence</caption>
      <tbody>
        {evidence.map(({ id, label, value }) => (
          <tr key={id} title={id}>
            <td>{label}</td>
            <td className={classes.number}>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
