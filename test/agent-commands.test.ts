/** Commands by HTTPS; by Kafka they are held to the same in test/kafka/agent-link.kafka.ts. */
import { checkCommands } from './agent/command-suite.ts'

checkCommands()
