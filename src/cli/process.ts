/** A part that runs until it is told to stop, alone or below `tillway start`. */

/** Whoever started this part may be gone before it is up: then nobody would ever stop it. */
const endAtOnce = () => process.exit(0)
if (process.connected) process.once('disconnect', endAtOnce)

/** Tells whoever started this process, if that is `tillway start`, that the part is ready. */
export function sayReady(message: Record<string, unknown>): void {
  process.send?.({ ready: true, ...message })
}

/** Runs until a signal, or until the process that started this one is gone; then closes in order. */
export async function runUntilStopped(close: () => Promise<void>): Promise<never> {
  process.off('disconnect', endAtOnce)
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    process.once('disconnect', () => resolve())
  })
  await close()
  process.exit(0)
}
