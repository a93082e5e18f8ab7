/** What waits for this person's word. */
import { Button, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKeyboard, IconMoodCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApprovalDecision, ApprovalItem } from '../../hub/views.ts'
import { Empty } from '../base/empty.tsx'
import { FaultAlert } from '../base/fault-alert.tsx'
import { Loading } from '../base/loading.tsx'
import { Page } from '../base/page.tsx'
import { Panel } from '../base/panel.tsx'
import { useIsPhone } from '../base/use-is-phone.ts'
import { useKeys } from '../base/use-keys.ts'
import { approvalsQuery } from '../queries.ts'
import { sayAction } from '../words/actions.ts'
import { ApprovalCard } from './approval-card.tsx'
import { DecisionDialog } from './decision-dialog.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { type FailedDecision, useDecide } from './use-decide.ts'
import { useSelection } from './use-selection.ts'

interface Asked {
  readonly item: ApprovalItem
  readonly decision: ApprovalDecision['decision']
}

const noItems: readonly ApprovalItem[] = []

export function ApprovalsPage() {
  const { data: items = noItems, error, isPending, isSuccess, refetch } = useQuery(approvalsQuery)
  const { decide, pending, failed, dismiss } = useDecide()
  const [asked, setAsked] = useState<Asked>()
  const [areKeysShown, keys] = useDisclosure()
  const selection = useSelection(items.map(({ approval }) => approval.approvalId))
  const isPhone = useIsPhone()

  function ask(decision: Asked['decision'], approvalId = selection.selected) {
    const item = items.find(({ approval }) => approval.approvalId === approvalId)
    if (item !== undefined && !pending.has(item.approval.approvalId)) setAsked({ item, decision })
  }

  useKeys([
    ['j', () => selection.move(1)],
    ['ArrowDown', () => selection.move(1)],
    ['k', () => selection.move(-1)],
    ['ArrowUp', () => selection.move(-1)],
    ['a', () => ask('approve')],
    ['r', () => ask('refuse')],
    ['?', keys.open],
  ])

  return (
    <Page
      title="Approvals"
      says="Proposals that policy leaves to you, oldest first."
      aside={!isPhone && <KeysButton onClick={keys.open} />}
    >
      {failed && <NotDecided failed={failed} onClose={dismiss} />}
      {isPending && <Loading what="approvals" rows={3} height={220} />}
      {error && (
        <FaultAlert
          error={error}
          title="The approvals could not be read"
          onRetry={() => void refetch()}
        />
      )}
      {isSuccess && items.length === 0 && <NothingWaits />}
      <Stack component="ul" gap="md" m={0} p={0} style={{ listStyle: 'none' }}>
        {items.map((item) => (
          <ApprovalCard
            key={item.approval.approvalId}
            item={item}
            isSelected={item.approval.approvalId === selection.selected}
            pending={pending.get(item.approval.approvalId)}
            cardRef={selection.refOf(item.approval.approvalId)}
            onSelect={selection.select}
            onDecide={ask}
          />
        ))}
      </Stack>
      <DecisionDialog
        asked={asked}
        onCancel={() => setAsked(undefined)}
        onDecide={(made) => {
          setAsked(undefined)
          selection.moveOn()
          decide(made)
        }}
      />
      <KeysDialog opened={areKeysShown} onClose={keys.close} />
    </Page>
  )
}

function KeysButton({ onClick }: { onClick: () => void }) {
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconKeyboard size={16} aria-hidden />}
      onClick={onClick}
    >
      Keys
    </Button>
  )
}

function NothingWaits() {
  return (
    <Panel>
      <Empty
        icon={IconMoodCheck}
        title="Nothing waits for you"
        says="When policy leaves a proposal to your word, it shows here by itself."
      />
    </Panel>
  )
}

function NotDecided({ failed, onClose }: { failed: FailedDecision; onClose: () => void }) {
  const { decision, error, item } = failed
  const not = decision === 'approve' ? 'Not approved' : 'Not refused'
  const what = `${sayAction(item.proposal).asks}, ${item.proposal.storeName}`
  return <FaultAlert error={error} title={`${not}: ${what}`} onClose={onClose} />
}
