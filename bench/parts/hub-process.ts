/** A real hub, started as an operator starts it: `tillway hub`, told by the environment. */
import { writeFileSync } from 'node:fs'
import { type Part, startPart } from '../../src/cli/start/child.ts'
import type { Installation } from '../../src/cli/start/installation.ts'
import type { OrganisationFile } from '../../src/hub/organisation/file.ts'

export function startHubProcess(
  { path, secretFile }: Installation,
  organisation: OrganisationFile,
  databaseUrl: string,
  port: number,
): Promise<Part> {
  writeFileSync(path('organisation.json'), JSON.stringify(organisation))
  const say = (why: string) => process.stderr.write(`  hub: ${why}\n`)
  return startPart({
    name: 'hub',
    args: ['hub'],
    environment: {
      TILLWAY_PORT: String(port),
      DATABASE_URL: databaseUrl,
      TILLWAY_REGIONS: 'us',
      TILLWAY_APP_ROLE_PASSWORD_FILE: secretFile('app-role.password'),
      TILLWAY_SESSION_KEY_FILE: secretFile('session.key'),
      TILLWAY_LEDGER_KEY_FILE: secretFile('ledger.pem'),
      TILLWAY_ORGANISATION_FILE: path('organisation.json'),
      TILLWAY_LOG_LEVEL: 'warn',
    },
    logFile: path('logs', 'hub.log'),
    onRestart: say,
    onGivenUp: say,
  })
}
