/** Which keys do what. */
import { Kbd, Modal, Table } from '@mantine/core'

const keys = [
  { keys: ['j', '↓'], does: 'Next proposal' },
  { keys: ['k', '↑'], does: 'Proposal before' },
  { keys: ['a'], does: 'Approve, with a reason' },
  { keys: ['r'], does: 'Refuse, with a reason' },
  { keys: ['Ctrl + Enter'], does: 'Send the decision' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['?'], does: 'Show these keys' },
] as const

export function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Table>
        <Table.Tbody>
          {keys.map(({ keys: names, does }) => (
            <Table.Tr key={does}>
              <Table.Td>
                {names.map((name) => (
                  <Kbd key={name} mr={6}>
                    {name}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
