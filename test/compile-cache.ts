/**
 * Loaded before every test file: compiled code is kept, so that the many processes of the tests (each
 * file, each hub and agent that a test starts) do not all compile the same sources again.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../node_modules/.cache/tests', import.meta.url))
process.env.NODE_COMPILE_CACHE ??= directory
enableCompileCache(process.env.NODE_COMPILE_CACHE)
