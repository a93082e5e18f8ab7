/** Where the sign-in leads back to: only an address of this console, never of a stranger. */
export function signInSearch(search: Record<string, unknown>): { from?: string } {
  const { from } = search
  const isOurs = typeof from === 'string' && /^\/(?![/\\])/.test(from)
  return isOurs && !from.startsWith('/sign-in') ? { from } : {}
}
