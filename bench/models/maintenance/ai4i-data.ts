/** Looks at a milling machine: what its sensors said, and whether it failed. */
import type { MachineState } from '../../../src/models/maintenance/machine-state.ts'
import { readColumns } from '../data/columns.ts'

export interface MachineStates {
  readonly states: readonly MachineState[]
  /** 0 or 1, one a state. */
  readonly hasFailed: Float64Array
}

export function readStates(path: string): MachineStates {
  const read = readColumns(path, {
    Type: 'text',
    'Air temperature [K]': 'number',
    'Process temperature [K]': 'number',
    'Rotational speed [rpm]': 'number',
    'Torque [Nm]': 'number',
    'Tool wear [min]': 'number',
    'Machine failure': 'number',
  })
  const states = read.Type.map((type, row) => ({
    airKelvin: read['Air temperature [K]'][row]!,
    processKelvin: read['Process temperature [K]'][row]!,
    speedRpm: read['Rotational speed [rpm]'][row]!,
    torqueNm: read['Torque [Nm]'][row]!,
    wearMinutes: read['Tool wear [min]'][row]!,
    // Low, medium and high quality of the tool.
    grade: 'LMH'.indexOf(type),
  }))
  return { states, hasFailed: read['Machine failure'] }
}
