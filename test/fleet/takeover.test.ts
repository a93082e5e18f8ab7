/** The scenario of hubs that are killed, freeze and are restarted, on the embedded log. */
import { checkTakeover } from './takeover.ts'

await checkTakeover({ killedSecondsMax: 12, frozenSecondsMax: 30 })
