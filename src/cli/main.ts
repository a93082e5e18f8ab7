/** The `tillway` command. */
import { Command } from 'commander'
import { hubVersion } from '../hub/version.ts'
import { agentCommand } from './commands/agent.ts'
import { auditCommand } from './commands/audit.ts'
import { doctorCommand } from './commands/doctor.ts'
import { hubCommand } from './commands/hub.ts'
import { replayCommand } from './commands/replay.ts'
import { simulateCommand } from './commands/simulate.ts'
import { startCommand } from './commands/start.ts'
import { traceCommand } from './commands/trace.ts'
import { exitCodes, failWith } from './output.ts'

const program = new Command('tillway')
  .description('The governed AI layer between a chain’s points of sale and its central systems.')
  .version(hubVersion)
  .showHelpAfterError()
  .exitOverride((end) => process.exit(end.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 done and something was found wrong, 2 wrong usage, 3 could not be done.
Configuration comes from the environment (TILLWAY_…); see docs/guides/configuration.md.`,
  )

for (const command of [
  startCommand,
  hubCommand,
  agentCommand,
  simulateCommand,
  traceCommand,
  auditCommand,
  replayCommand,
  doctorCommand,
])
  program.addCommand(inheriting(program, command()))

await program.parseAsync().catch(failWith)

/** Commander hands on how to end only to commands that it makes itself, so wrong usage would exit with 1. */
function inheriting(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent)
  for (const inner of command.commands) inheriting(command, inner)
  return command
}
