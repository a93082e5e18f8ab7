/** The version of this build, from package.json. */
import { readFileSync } from 'node:fs'

const packageFile = new URL('../../package.json', import.meta.url)

export const hubVersion: string = JSON.parse(readFileSync(packageFile, 'utf8')).version
