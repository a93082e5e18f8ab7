/** What the simulator is told; from the environment as `TILLWAY_<KEY>`. */
import { z } from 'zod'

const ratio = z.coerce.number().min(0).max(1)

export const SimulatorConfig = z.object({
  /** Anybody who reaches it commands it: beyond loopback only on a network of its own. */
  host: z.string().default('127.0.0.1'),
  /** 0 takes any that is free. */
  port: z.coerce.number().int().min(0).max(65_535).default(8070),
  /** Where agents reach it, when that is not where it listens. */
  publicUrl: z.url().optional(),
  /** Its state: one SQLite file. */
  dataDir: z.string().min(1),
  seed: z.string().min(1).max(80).default('harbour'),
  /** Random, made once per installation; every vendor secret of the demo chain is derived from it. */
  installSecret: z.string().min(16).max(200),
  /** How many times as fast as ours time runs until it has caught up. */
  speed: z.coerce.number().min(1).max(100_000).default(60),
  isPaused: z.boolean().default(false),
  /** Where simulated time begins, on the first start. */
  startDaysAgo: z.coerce.number().int().min(0).max(300).default(21),
  /** How many times the data plays at once, each time from another day on and with other people. */
  lanesCount: z.coerce.number().int().min(1).max(8).default(6),
  /** The full set of real transactions (CSV or gzip); without it, the slice that comes along. */
  transactionsFile: z.string().min(1).optional(),
  /** Shares of webhooks that go wrong, where the vendor's may. */
  duplicateRatio: ratio.default(0.01),
  reorderRatio: ratio.default(0.02),
  dropRatio: ratio.default(0.005),
  reorderDelayMsMax: z.coerce.number().int().min(0).max(60_000).default(2000),
  /** Per agent: deliveries at once, and deliveries that may wait. */
  webhooksConcurrentMax: z.coerce.number().int().min(1).max(500).default(32),
  webhooksWaitingMax: z.coerce.number().int().min(10).max(1_000_000).default(4000),
  /** Where each agent listens, by its id; without a slash at the end. */
  agentUrls: z.record(z.string(), z.url()).default({}),
})
export type SimulatorConfig = z.input<typeof SimulatorConfig>
export type SimulatorSettings = z.infer<typeof SimulatorConfig>

/** For tests and the shape of /control. */
export const ControlRequest = z.strictObject({
  speed: SimulatorConfig.shape.speed.unwrap().optional(),
  paused: z.boolean().optional(),
  /** So many sales now, however late it is; never past the real now. */
  step: z.int().min(1).max(100_000).optional(),
  /** Goods ordered elsewhere arrive at a store. */
  delivery: z
    .strictObject({
      storeId: z.string().min(1),
      afterMinutes: z.number().min(0).max(43_200).default(1440),
      lines: z
        .array(z.strictObject({ sku: z.string().min(1).max(64), quantity: z.int().min(1) }))
        .min(1)
        .max(500),
    })
    .optional(),
})
export type ControlRequest = z.infer<typeof ControlRequest>
