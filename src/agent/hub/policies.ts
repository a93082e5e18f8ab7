/** The policies this agent decides by when it is alone: fetched with an ETag, kept on disk. */
import { readFileSync } from 'node:fs'
import type { Logger } from '../../base/log.ts'
import { createPolicyEngine, type PolicyEngine } from '../../governance/policy.ts'
import { Bundle } from '../../link/protocol.ts'
import { type Loop, startLoop } from '../loop.ts'
import type { Storage } from '../storage/storage.ts'
import { type HubClient, readAnswer } from './hub-client.ts'

export interface Policies {
  /** Missing until the hub was reached once. */
  readonly engine: PolicyEngine | undefined
  startFetching(hub: HubClient, everySeconds: number): Loop
}

const deadlineMs = 10_000
const schema = readFileSync(new URL('../../governance/schema.cedarschema', import.meta.url), 'utf8')

export function createPolicies({ meta, writer }: Storage, log: Logger): Policies {
  let engine = open(meta.get('bundle'))

  /** A bundle that does not hold leaves the one before in force. */
  function open(text: string | undefined): PolicyEngine | undefined {
    if (text === undefined) return undefined
    try {
      const bundle = Bundle.parse(JSON.parse(text))
      const opened = createPolicyEngine(bundle.policies, schema)
      if (opened.hash !== bundle.policyHash)
        log.warn({ ours: opened.hash, hubs: bundle.policyHash }, 'policy hash differs from the hub')
      return opened
    } catch (error) {
      log.error({ err: error }, 'the policy bundle cannot be used')
      return undefined
    }
  }

  async function fetchOnce(hub: HubClient, signal: AbortSignal): Promise<void> {
    const etag = meta.get('bundleEtag')
    const answer = await hub.call({
      path: '/v1/bundle',
      method: 'GET',
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      deadlineMs,
      signal,
    })
    if (answer.status === 304) return
    const text = JSON.stringify(readAnswer(Bundle, answer))
    const opened = open(text)
    if (opened === undefined) return
    engine = opened
    await writer.commit(() => {
      meta.set('bundle', text)
      meta.set('bundleEtag', answer.headers.etag ?? '')
    })
  }

  return {
    get engine() {
      return engine
    },
    startFetching: (hub, everySeconds) =>
      startLoop({
        name: 'fetching policies',
        log,
        backoffMsMax: everySeconds * 1000,
        step: async (signal) => {
          await fetchOnce(hub, signal)
          return everySeconds * 1000
        },
      }),
  }
}
