/** Many questions of one kind, asked in the same turn, become one query. */

/** `load` answers each key in its place. */
export function coalesced<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
): (key: Key) => Promise<Value> {
  let waiting: { key: Key; settle: PromiseWithResolvers<Value> }[] = []

  async function flush(): Promise<void> {
    const asked = waiting
    waiting = []
    try {
      const values = await load(asked.map(({ key }) => key))
      asked.forEach(({ settle }, index) => {
        settle.resolve(values[index] as Value)
      })
    } catch (error) {
      for (const { settle } of asked) settle.reject(error)
    }
  }

  return (key) => {
    const settle = Promise.withResolvers<Value>()
    // After what is under way now: whatever else is asked alongside joins in.
    if (waiting.length === 0) process.nextTick(() => void flush())
    waiting.push({ key, settle })
    return settle.promise
  }
}
