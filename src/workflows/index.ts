/** The list of workflows. */
import { guardReturns } from './guard-returns/workflow.ts'
import { reorderLowStock } from './reorder-low-stock/workflow.ts'

export const workflows = [guardReturns, reorderLowStock] as const

type ListedWorkflow = (typeof workflows)[number]

export function findWorkflow(name: string): ListedWorkflow | undefined {
  return workflows.find((workflow) => workflow.name === name)
}
