/**
 * Loaded before every test file: properties draw the same cases in each run, so that a change is
 * judged by what it changes. `TILLWAY_PROPERTY_SEED=<whole number>` draws others.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.TILLWAY_PROPERTY_SEED ?? 20_261_126) })
