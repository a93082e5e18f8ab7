/** Once an hour: forgets what is past its time, a little at a go. */

import type { Logger } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'

const everyMs = 3600_000
const betweenMs = 100
const answersKeptMs = 90 * 24 * 3600_000
const commandsKeptMs = 40 * 24 * 3600_000

export function startHousekeeper(storage: Storage, clock: Clock, log: Logger): Loop {
  const { seen, facts, answers, inbox, writer } = storage
  return startLoop({
    name: 'housekeeping',
    log,
    step: async () => {
      const nowMs = clock.nowMs()
      const hasMore = await writer.commit(() => {
        facts.prune(nowMs)
        answers.prune(nowMs - answersKeptMs)
        inbox.prune(nowMs - commandsKeptMs)
        return seen.prune(nowMs)
      })
      return hasMore ? betweenMs : everyMs
    },
  })
}
