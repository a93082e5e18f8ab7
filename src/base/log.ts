/** Structured logs on standard error. What may be secret is removed by name before it is written. */
import { type Logger, pino } from 'pino'

export type { Logger }

const secretNames = [
  'authorization',
  'cookie',
  'secret',
  'password',
  'accessToken',
  'refreshToken',
  'clientSecret',
  'client_secret',
  'access_token',
  'refresh_token',
  'headers.authorization',
  'headers.cookie',
]

export function createLog(part: string, level: string): Logger {
  return pino(
    {
      level,
      base: { part },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '(removed)' },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** Says nothing: for tests and for code that reports otherwise. */
export const silentLog: Logger = pino({ level: 'silent' })
