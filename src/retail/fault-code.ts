/** Fault codes as they travel in events. */
import { z } from 'zod'
import { type FaultCode, faults } from '../base/fault.ts'

export const FaultCodeSchema = z.enum(Object.keys(faults) as [FaultCode, ...FaultCode[]])
