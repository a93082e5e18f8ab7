/** The list of evaluations, in the order of docs/models.md. */
import type { Evaluation } from './evaluation.ts'

export const evaluations: readonly Evaluation[] = []
