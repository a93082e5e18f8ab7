/** Builds the console for browsers into `dist/console/`. */
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

export async function buildConsole({ isQuiet }: { readonly isQuiet: boolean }): Promise<void> {
  await build({
    configFile: fileURLToPath(new URL('../src/console/vite.config.ts', import.meta.url)),
    logLevel: isQuiet ? 'warn' : 'info',
  })
}

if (import.meta.main) await buildConsole({ isQuiet: process.argv.includes('--quiet') })
