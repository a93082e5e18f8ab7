/** A column's heading that sorts by it; a second press turns the order. */
import { Table, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import classes from './stores.module.css'
import type { StoreOrder } from './stores-search.ts'

interface Props {
  readonly by: StoreOrder
  readonly label: string
  readonly isNumber?: boolean
}

export function SortHeader({ by, label, isNumber }: Props) {
  const { sort = 'name', descending } = useSearch({ from: '/shell/stores' })
  const navigate = useNavigate({ from: '/stores' })
  const isSorted = sort === by
  const Icon = !isSorted ? IconArrowsSort : descending ? IconArrowDown : IconArrowUp

  function onClick() {
    // Of numbers the large ones are looked for first.
    const isDown = isSorted ? !descending : isNumber === true
    void navigate({
      to: '/stores',
      search: ({ descending: _before, ...others }) => ({
        ...others,
        sort: by,
        ...(isDown && { descending: true as const }),
      }),
      replace: true,
    })
  }

  return (
    <Table.Th
      aria-sort={isSorted ? (descending ? 'descending' : 'ascending') : 'none'}
      ta={isNumber ? 'right' : 'left'}
    >
      <UnstyledButton
        onClick={onClick}
        className={classes.sort ?? ''}
        {...(isNumber && { 'data-number': true })}
      >
        {label}
        <Icon size={13} aria-hidden opacity={isSorted ? 1 : 0.45} />
      </UnstyledButton>
    </Table.Th>
  )
}
