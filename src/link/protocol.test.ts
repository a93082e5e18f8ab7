/** What agent and hub say to each other: anything that fits survives JSON, and limits hold. */
import { deepEqual, ok } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { arbitraryOf } from '../../test/arbitrary-events.ts'
import * as protocol from './protocol.ts'

const { AgentState, Bundle, CommandPoll, EnrolRequest, IngestResponse, limits, TokenRequest } =
  protocol

/** Zones cannot be made up at random, and records of anything say nothing. */
const roundTrips = {
  IngestResponse,
  CommandPoll,
  LocalReturnFacts: protocol.LocalReturnFacts,
  EnrolResponse: protocol.EnrolResponse,
}
for (const [name, schema] of Object.entries(roundTrips))
  test(`${name} survives JSON`, () => {
    fc.assert(
      fc.property(arbitraryOf(schema), (value) => {
        deepEqual(schema.parse(JSON.parse(JSON.stringify(value))), value)
      }),
      { numRuns: 30 },
    )
  })

test('every schema has a JSON Schema, for the published API', () => {
  for (const schema of Object.values(protocol))
    if (schema instanceof z.ZodType) ok(z.toJSONSchema(schema))
})

const command = `cmd_${'0'.repeat(26)}`
const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }
const enrolment = { agentId: 'agt_1', enrolmentCode: 'c'.repeat(16), publicKey: key }
const token = {
  grant_type: 'client_credentials',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: 'x',
}
const state = {
  version: '1',
  startedAt: '2026-11-20T15:00:00.000Z',
  outboxCount: 0,
  lookupsCount: 0,
  deadLettersCount: 0,
  faults: { signature_wrong: 2 },
  webhooksCount: 0,
  duplicatesCount: 0,
  localAnswersCount: 0,
  connections: [],
}
const bundle = {
  chainId: 'chn_1',
  regionId: 'eu',
  stores: [],
  registers: [],
  policies: '',
  policyHash: '',
  issuedAt: state.startedAt,
}

const rows: { why: string; schema: z.ZodType; right: object; wrong: object }[] = [
  {
    why: 'a poll takes so many receipts',
    schema: CommandPoll,
    right: { received: new Array(limits.commandsPerPollMax).fill(command), waitMs: 0 },
    wrong: { received: new Array(limits.commandsPerPollMax + 1).fill(command), waitMs: 0 },
  },
  {
    why: 'a poll waits so long',
    schema: CommandPoll,
    right: { received: [], waitMs: limits.pollWaitMsMax },
    wrong: { received: [], waitMs: limits.pollWaitMsMax + 1 },
  },
  {
    why: 'a receipt is an id of a command',
    schema: CommandPoll,
    right: { received: [command], waitMs: 0 },
    wrong: { received: ['prp_1'], waitMs: 0 },
  },
  {
    why: 'a code that cannot be guessed',
    schema: EnrolRequest,
    right: enrolment,
    wrong: { ...enrolment, enrolmentCode: 'short' },
  },
  {
    why: 'the public half of a key on P-256 only',
    schema: EnrolRequest,
    right: enrolment,
    wrong: { ...enrolment, publicKey: { ...key, kty: 'RSA' } },
  },
  {
    why: 'one way to ask for a token',
    schema: TokenRequest,
    right: token,
    wrong: { ...token, grant_type: 'password' },
  },
  {
    why: 'a state counts upwards from nothing',
    schema: AgentState,
    right: state,
    wrong: { ...state, outboxCount: -1 },
  },
  {
    why: 'faults are counted in whole numbers',
    schema: AgentState,
    right: state,
    wrong: { ...state, faults: { signature_wrong: 0.5 } },
  },
  {
    why: 'a bundle is of one region',
    schema: Bundle,
    right: bundle,
    wrong: { ...bundle, regionId: 'eu us' },
  },
]
for (const { why, schema, right, wrong } of rows)
  test(why, () => {
    ok(schema.safeParse(right).success)
    ok(!schema.safeParse(wrong).success)
  })

test('the private half of a key is dropped, should an agent ever send it', () => {
  deepEqual(EnrolRequest.parse({ ...enrolment, publicKey: { ...key, d: 'private' } }), enrolment)
})
