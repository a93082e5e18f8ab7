/** The scenario of the totals on the embedded log. */
import { checkTotals } from './totals.ts'

await checkTotals()
