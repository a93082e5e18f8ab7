/** A governed action: something a workflow may propose and policy decides about. */
import type { z } from 'zod'

/** What Cedar may look at, besides who proposes and for which store. Whole numbers, text, truth. */
export type PolicyContext = Readonly<Record<string, number | string | boolean>>

export interface Action<Input = unknown, Name extends string = string> {
  /** `noun.verb`. */
  readonly name: Name
  /** What an approver reads. */
  readonly title: string
  readonly input: z.ZodType<Input>
  /** Facts of the input that policies are written about. */
  readonly context: (input: Input) => PolicyContext
  /** `register`: the agent answers the register itself; `vendor_api`: a connector carries it out. */
  readonly target: 'register' | 'vendor_api'
  readonly isReversible: boolean
  /** How long a person may take to approve it. */
  readonly approvalExpiresAfterSeconds: number
  /** After this a command is no longer carried out. */
  readonly expiresAfterSeconds: number
}

export function defineAction<Input, const Name extends string>(
  action: Action<Input, Name>,
): Action<Input, Name> {
  return action
}
