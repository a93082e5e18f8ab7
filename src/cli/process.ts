/** A part that runs until it is told to stop, alone or below `tillway start`. */

/** Tells whoever started this process, if that is `tillway start`, that the part is ready. */
export function sayReady(message: Record<string, unknown>): void {
  process.send?.({ ready: true, ...message })
}

/** Runs until a signal, or until the process that started this one is gone; then closes in order. */
export async function runUntilStopped(close: () => Promise<void>): Promise<never> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    process.once('disconnect', () => resolve())
  })
  await close()
  process.exit(0)
}
