/**
 * Agents on Kafka: what hubs make of their records, then what agents on HTTPS are held to as well: a
 * crash, commands once, a hub that was away.
 */
import { checkCommands } from '../agent/command-suite.ts'
import { checkCrash } from '../agent/crash-suite.ts'
import './agent-records.ts'
import { byKafka } from './bridge.ts'
import { startTestKafka } from './kafka.ts'

const link = byKafka(await startTestKafka())

checkCommands(link)
checkCrash(link)
