/** Asks for the reason: in the middle of a screen, at the bottom of a phone. */
import { Drawer, Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ApprovalDecision, ApprovalItem } from '../../hub/views.ts'
import { useIsPhone } from '../base/use-is-phone.ts'
import { DecisionForm } from './decision-form.tsx'
import type { DecisionMade } from './use-decide.ts'

/** A drawer at the bottom otherwise takes a fixed share of the screen. */
const asHighAsNeeded = { flex: '0 0 auto', height: 'auto', maxHeight: '90dvh' }

interface Asked {
  readonly item: ApprovalItem
  readonly decision: ApprovalDecision['decision']
}

interface Props {
  readonly asked: Asked | undefined
  readonly onCancel: () => void
  readonly onDecide: (made: DecisionMade) => void
}

export function DecisionDialog({ asked, onCancel, onDecide }: Props) {
  // What was asked stays visible while the dialog fades.
  const [last, setLast] = useState(asked)
  useEffect(() => {
    if (asked !== undefined) setLast(asked)
  }, [asked])
  const isPhone = useIsPhone()
  const shown = asked ?? last
  const common = {
    opened: asked !== undefined,
    onClose: onCancel,
    title: shown?.decision === 'refuse' ? 'Refuse, because' : 'Approve, because',
    closeButtonProps: { 'aria-label': 'Cancel' },
    styles: {
      title: { fontWeight: 650 },
      content: { background: 'var(--surface)' },
      header: { background: 'var(--surface)' },
    },
  }
  const form = shown && (
    <DecisionForm
      key={`${shown.item.approval.approvalId} ${shown.decision}`}
      item={shown.item}
      decision={shown.decision}
      onCancel={onCancel}
      onDecide={(reason) => onDecide({ ...shown, reason })}
    />
  )
  return isPhone ? (
    <Drawer
      {...common}
      position="bottom"
      radius="lg"
      styles={{ ...common.styles, content: { ...common.styles.content, ...asHighAsNeeded } }}
    >
      {form}
    </Drawer>
  ) : (
    <Modal {...common} size={520} centered>
      {form}
    </Modal>
  )
}
