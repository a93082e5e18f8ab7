/** Single keys that act on a page, silent while somebody types or a dialog is open. */
import { useEffect, useRef } from 'react'

export function useKeys(keys: readonly (readonly [key: string, act: () => void])[]): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return
      const act = latest.current.find(([key]) => key === event.key)?.[1]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

const typed = 'input, textarea, select, [contenteditable="true"], [role="listbox"]'

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(typed) !== null
}
