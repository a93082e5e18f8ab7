/** The link by HTTPS: batches as requests, commands by polling. */
import type { Logger } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import { IngestResponse } from '../../link/protocol.ts'
import { batchMediaType } from '../../retail/cloudevents.ts'
import type { Storage } from '../storage/storage.ts'
import { type HubClient, readAnswer } from './hub-client.ts'
import type { Link } from './link.ts'
import { startPoller } from './poller.ts'
import { sentByKafka } from './sent-by-kafka.ts'

export interface HttpsLinkOptions {
  readonly hub: HubClient
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Logger
}

/** Far beyond what a hub takes for a batch; one that froze is left for another before long. */
const deadlineMs = 12_000

export function createHttpsLink({ hub, storage, clock, log }: HttpsLinkOptions): Link {
  return {
    async send({ body }, signal) {
      const path = '/v1/events'
      const request = { path, body, mediaType: batchMediaType, deadlineMs, signal }
      const answer = readAnswer(IngestResponse, await hub.call(request))
      for (const { sequence, code, field } of answer.rejected)
        log.error({ sequence, code, field }, 'the hub keeps an event of ours as a dead letter')
      return answer.acceptedThrough
    },
    isUnderWay: (sequence) => sequence <= sentByKafka(storage),
    startReceiving: (onCommands) => startPoller({ hub, storage, clock, log, onCommands }),
    async close() {},
  }
}
