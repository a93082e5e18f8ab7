/** An instruction to the store: that it was given, and what came of it. */
import { Anchor, Group } from '@mantine/core'
import type { CommandView } from '../../hub/views.ts'
import { documentUrl } from '../api.ts'
import { Status } from '../base/status.tsx'
import { fullTime } from '../base/time.ts'
import { actionTitle } from '../words/actions.ts'
import { commandStates } from '../words/outcome.ts'
import { CommandSteps } from './command-steps.tsx'
import { Facts } from './facts.tsx'

interface Props {
  readonly command: CommandView
  readonly zone: string | undefined
}

export function CommandMoment({ command, zone }: Props) {
  return (
    <>
      <CommandSteps state={command.state} />
      <Facts
        facts={[
          ['Action', actionTitle(command.action)],
          ['Command', command.commandId],
          ['Good until', fullTime(command.expiresAt, zone)],
        ]}
      />
    </>
  )
}

const verdicts: Partial<Record<CommandView['state'], string>> = {
  delivered: 'The agent has it; the point of sale has not answered yet.',
  executed: 'The point of sale accepted it; it has not been read back.',
  verified: 'Read back from the point of sale: it is there.',
  failed: 'The point of sale did not carry it out.',
  expired: 'It was not carried out in time, and will not be.',
  rolled_back: 'It was carried out and then undone.',
}

export function OutcomeMoment({ command }: { command: CommandView }) {
  const { state, reference, says, fault, documentId } = command
  const { tone, text } = commandStates[state]
  return (
    <>
      <Group gap="xs">
        <Status tone={tone} text={text.charAt(0).toUpperCase() + text.slice(1)} />
      </Group>
      <Facts
        facts={[
          ['Verification', verdicts[state]],
          ['Reference', reference],
          ['It says', says],
          ['Fault', fault],
        ]}
      />
      {documentId && (
        <Anchor href={documentUrl(documentId)} target="_blank" rel="noreferrer" size="sm">
          Open the exported document
        </Anchor>
      )}
    </>
  )
}
