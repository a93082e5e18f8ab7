/** The heading of each moment. */
import { IconBolt, IconCircleCheck, IconScale, IconSend, IconUserCheck } from '@tabler/icons-react'
import type { Moment } from './timeline.ts'

export function sayMoment(moment: Moment): { title: string; icon: typeof IconBolt } {
  if (moment.kind === 'event') return { title: moment.event.summary, icon: IconBolt }
  if (moment.kind === 'decision')
    return { title: `Decision: ${moment.proposal.actionTitle.toLowerCase()}`, icon: IconScale }
  if (moment.kind === 'approval') return { title: 'Approval', icon: IconUserCheck }
  if (moment.kind === 'command') return { title: 'Command to the store', icon: IconSend }
  return { title: 'Outcome', icon: IconCircleCheck }
}
