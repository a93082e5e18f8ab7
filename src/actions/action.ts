/** A governed action: something a workflow may propose and policy decides about. */
import type { z } from 'zod'

/** What Cedar may look at, besides who proposes and for which store. Whole numbers, text, truth. */
export type PolicyContext = Readonly<Record<string, number | string | boolean>>

export interface Action<Input = unknown> {
  /** `noun.verb`. */
  readonly name: string
  /** What an approver reads. */
  readonly title: string
  readonly input: z.ZodType<Input>
  /** Facts of the input that policies are written about. */
  readonly context: (input: Input) => PolicyContext
  /** `register`: the agent answers the register itself; `vendor_api`: a connector carries it out. */
  readonly target: 'register' | 'vendor_api'
  readonly isReversible: boolean
  /** After this a command is no longer carried out. */
  readonly expiresAfterSeconds: number
}

export function defineAction<Input>(action: Action<Input>): Action<Input> {
  return action
}
