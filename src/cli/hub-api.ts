/** The command line's way to a hub: where it is and the operator's token, by files or environment. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault, type FaultBody } from '../base/fault.ts'

export interface HubApi {
  readonly hubUrl: string
  /** @throws Fault as the hub answered it, or not_ready when it does not answer */
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown): Promise<Answer>
}

const deadlineMs = 60_000

export function openHubApi(dataDir: string): HubApi {
  const { hubUrl, token } = findOperator(dataDir)

  async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(hubUrl + path, {
      method,
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause) => {
      throw new Fault('not_ready', { part: 'hub', at: hubUrl }, cause)
    })
    const text = await response.text()
    const answer = readAnswer(text, hubUrl)
    if (response.ok) return answer as Answer
    const { code, field, expected, detail } = answer as FaultBody
    throw new Fault(code, { ...(field && { field }), ...(expected && { expected }), ...detail })
  }

  return {
    hubUrl,
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
  }
}

/** Whatever else may listen at that address does not speak as a hub does. */
function readAnswer(text: string, hubUrl: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    throw new Fault('not_ready', { part: 'hub', at: hubUrl, expected: 'a hub, not a page' }, cause)
  }
}

function findOperator(dataDir: string): { hubUrl: string; token: string } {
  const { TILLWAY_HUB_URL, TILLWAY_OPERATOR_TOKEN } = process.env
  if (TILLWAY_HUB_URL !== undefined && TILLWAY_OPERATOR_TOKEN !== undefined)
    return { hubUrl: TILLWAY_HUB_URL.replace(/\/+$/, ''), token: TILLWAY_OPERATOR_TOKEN }
  const path = join(dataDir, 'operator.json')
  if (!existsSync(path))
    throw new Fault('config_invalid', {
      field: '--data-dir',
      expected:
        'the data directory of a running Tillway, or TILLWAY_HUB_URL and TILLWAY_OPERATOR_TOKEN',
    })
  const { hubUrl, tokenFile } = JSON.parse(readFileSync(path, 'utf8'))
  return { hubUrl, token: readFileSync(tokenFile, 'utf8').trim() }
}
