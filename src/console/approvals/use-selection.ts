/** Which card the keys act on. The selection is the focus, so that both never part. */
import { useRef, useState } from 'react'

export function useSelection(ids: readonly string[]) {
  const [wanted, setWanted] = useState<string>()
  const cards = useRef(new Map<string, HTMLElement>())
  const selected = wanted !== undefined && ids.includes(wanted) ? wanted : ids[0]

  function focus(id: string | undefined) {
    if (id === undefined) return
    setWanted(id)
    cards.current.get(id)?.focus()
  }

  return {
    selected,
    select: setWanted,
    move(step: 1 | -1) {
      const hasFocus = [...cards.current.values()].includes(document.activeElement as HTMLElement)
      // The first key press takes up the card that is marked already.
      const index = ids.indexOf(selected ?? '') + (hasFocus ? step : 0)
      focus(ids[Math.max(0, Math.min(ids.length - 1, index))])
    },
    /** After a decision, to the next card; from the last one to the one before. */
    moveOn() {
      const index = ids.indexOf(selected ?? '')
      const next = ids[index + 1] ?? ids[index - 1]
      // Once the dialog has given the focus back.
      setTimeout(() => focus(next), 50)
    },
    refOf: (id: string) => (card: HTMLElement | null) => {
      if (card === null) cards.current.delete(id)
      else cards.current.set(id, card)
    },
  }
}
