/**
 * Two hubs on the embedded log under the load of real tills: one is killed in the middle of a batch, one
 * freezes, both are restarted in turn, the database is restarted, agents are cut off. Sums come out to
 * the cent, nothing is carried out twice, and nobody is sent away. On Kafka: test/kafka/failures.kafka.ts.
 */
import { checkCutOff, checkDatabaseRestart } from './outages.ts'
import { checkOutcome } from './outcome.ts'
import { checkFrozenHub, checkKilledHub, checkRestartInTurn } from './takeover.ts'
import { startUnderLoad } from './under-load.ts'

const load = await startUnderLoad()

checkKilledHub(load, { rounds: 2, secondsMax: 12 })
checkFrozenHub(load)
checkRestartInTurn(load)
await checkDatabaseRestart(load)
checkCutOff(load)
checkOutcome(load)
