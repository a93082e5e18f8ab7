/** Every failure that has a name: its code, its HTTP status and the sentence a person reads. */

export const faults = {
  // The door of an agent
  signature_missing: { status: 401, says: 'The request carries no signature.' },
  signature_wrong: { status: 401, says: 'The signature does not match the bytes received.' },
  replay_window_passed: { status: 401, says: 'The request is older than its signature may be.' },
  connection_unknown: { status: 404, says: 'No connection of this agent has that id.' },
  store_unknown: { status: 422, says: 'No store of this connection has that id.' },
  register_unknown: { status: 404, says: 'No register of this agent has that id.' },
  body_malformed: { status: 400, says: 'The body is not valid in the format it declares.' },
  body_truncated: { status: 400, says: 'The body ended before its declared length.' },
  body_too_large: { status: 413, says: 'The body is larger than this endpoint takes.' },
  body_too_deep: { status: 400, says: 'The body nests deeper than this endpoint takes.' },
  body_hostile: { status: 400, says: 'The body names a key that is never accepted.' },
  payload_malformed: { status: 422, says: 'The payload does not fit what the vendor documents.' },
  outbox_full: { status: 503, says: 'The agent cannot keep more events; try again later.' },
  dead_letters_full: { status: 503, says: 'The agent cannot keep more dead letters; replay them.' },
  // Events
  event_malformed: { status: 422, says: 'The event does not fit the schema of its type.' },
  event_in_future: { status: 422, says: 'The event says it happened later than now.' },
  event_too_late: { status: 422, says: 'The event is older than events may be.' },
  event_carries_personal_data: {
    status: 422,
    says: 'The event holds a value that looks personal; only tokens may leave the agent.',
  },
  currency_unknown: { status: 422, says: 'The currency is not one of ISO 4217.' },
  money_malformed: { status: 422, says: 'The amount is not a decimal number of that currency.' },
  quantity_malformed: { status: 422, says: 'The quantity is not a decimal number.' },
  sequence_gap: { status: 409, says: 'The batch does not follow the last one accepted.' },
  // Requests to the hub
  request_malformed: { status: 400, says: 'The request does not fit the schema of its route.' },
  unauthenticated: { status: 401, says: 'Sign in, or present a valid token.' },
  forbidden: { status: 403, says: 'Policy does not allow this.' },
  not_found: { status: 404, says: 'There is no such thing.' },
  conflict: { status: 409, says: 'That has already been decided or changed.' },
  enrolment_refused: { status: 401, says: 'The enrolment code is unknown, used or expired.' },
  too_many_requests: { status: 429, says: 'Too many requests; try again later.' },
  not_ready: { status: 503, says: 'A part that this needs is not ready yet.' },
  hub_unreachable: { status: 503, says: 'The hub did not answer in time; try again.' },
  // Vendors
  vendor_unreachable: { status: 503, says: 'The vendor did not answer in time; try again.' },
  vendor_throttled: { status: 503, says: 'The vendor asks to slow down; try again later.' },
  vendor_refused: { status: 502, says: 'The vendor refused the request.' },
  vendor_answer_malformed: { status: 502, says: 'The vendor answered what it does not document.' },
  vendor_unauthorised: { status: 502, says: 'The vendor does not accept the credentials.' },
  circuit_open: { status: 503, says: 'The vendor failed repeatedly; calls are paused.' },
  capability_missing: { status: 422, says: 'The point of sale of this store cannot do that.' },
  reference_unknown: { status: 422, says: 'The vendor id behind this value is not known yet.' },
  // Commands and governance
  command_expired: { status: 410, says: 'The command was not executed before it expired.' },
  command_unverified: { status: 502, says: 'The vendor accepted it, but reading back differs.' },
  approval_expired: { status: 410, says: 'The time to decide this has passed.' },
  policy_invalid: { status: 422, says: 'The policy text does not fit its schema.' },
  action_unknown: { status: 422, says: 'No action has that name.' },
  proposal_malformed: { status: 422, says: 'The proposal does not fit the schema of its action.' },
  workflow_failed: { status: 500, says: 'The workflow failed on this event.' },
  // Models
  model_input_malformed: { status: 422, says: 'The input does not fit what the model takes.' },
  model_parameters_malformed: { status: 422, says: 'The parameters do not fit the model.' },
  artifact_malformed: { status: 422, says: 'The artifact does not fit the schema of its model.' },
  artifact_of_other_model: { status: 409, says: 'The artifact is of another model or version.' },
  artifact_key_unknown: { status: 401, says: 'The artifact is signed by a key not trusted here.' },
  artifact_signature_wrong: { status: 401, says: 'The signature does not match the artifact.' },
  thread_failed: { status: 500, says: 'A worker thread ended before its work was done.' },
  cancelled: { status: 503, says: 'The work was cancelled before it was done.' },
  // Operation
  config_invalid: { status: 500, says: 'The configuration is not valid.' },
  port_taken: { status: 500, says: 'Another program listens on that port.' },
  data_dir_unusable: { status: 500, says: 'The data directory cannot be used.' },
  data_dir_busy: { status: 500, says: 'Another Tillway runs on that data directory.' },
  migration_changed: {
    status: 500,
    says: 'A migration was changed or lost after it was applied.',
  },
  database_unreachable: { status: 503, says: 'The database does not answer.' },
  stream_unreachable: {
    status: 503,
    says: 'The stream takes no events at the moment; try again later.',
  },
  ledger_broken: { status: 500, says: 'The ledger does not verify.' },
  internal: { status: 500, says: 'Something failed that should not; it has been logged.' },
} as const satisfies Record<string, { status: number; says: string }>

export type FaultCode = keyof typeof faults

/** What crosses a wire in place of a result. `field` names what was wrong, `expected` what was not. */
export interface FaultBody {
  readonly code: FaultCode
  readonly status: number
  readonly says: string
  readonly field?: string
  readonly expected?: string
  readonly detail?: Record<string, unknown>
}

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly detail: Record<string, unknown>

  constructor(code: FaultCode, detail: Record<string, unknown> = {}, cause?: unknown) {
    super(`${code}: ${faults[code].says}${sayDetail(detail)}`, { cause })
    this.code = code
    this.detail = detail
  }

  get status(): number {
    return faults[this.code].status
  }

  toBody(): FaultBody {
    const { field, expected, ...detail } = this.detail
    return {
      code: this.code,
      status: this.status,
      says: faults[this.code].says,
      ...(typeof field === 'string' && { field }),
      ...(typeof expected === 'string' && { expected }),
      ...(Object.keys(detail).length > 0 && { detail }),
    }
  }

  /** Anything thrown, as a fault: what is not one already becomes `internal` and keeps its cause. */
  static from(thrown: unknown): Fault {
    if (thrown instanceof Fault) return thrown
    return new Fault('internal', {}, thrown)
  }
}

function sayDetail(detail: Record<string, unknown>): string {
  const parts = Object.entries(detail).map(([key, value]) => `${key} ${String(value)}`)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}
