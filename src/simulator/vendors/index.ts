/** Every emulated vendor: one list. */
import type { Vendor } from '../demo-stores.ts'
import type { EmulatorFactory } from '../emulator.ts'
import { cloverEmulator } from './clover/emulator.ts'
import { lightspeedEmulator } from './lightspeed/emulator.ts'
import { shopifyEmulator } from './shopify/emulator.ts'
import { squareEmulator } from './square/emulator.ts'

export const emulators: Readonly<Record<Vendor, EmulatorFactory>> = {
  shopify: shopifyEmulator,
  square: squareEmulator,
  clover: cloverEmulator,
  lightspeed: lightspeedEmulator,
}
