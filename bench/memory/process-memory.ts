/** What hub and agents weigh: read by the other measurements when their load had passed. */
import type { Measurement } from '../measurement.ts'
import { megabytes } from '../parts/table.ts'

export const processMemory: Measurement = {
  name: 'memory',
  title: 'Memory of hub and agents',
  run({ memory }) {
    const rows = memory.map(({ what, stores, residentBytes, peakBytes }) => [
      what,
      String(stores),
      megabytes(residentBytes),
      peakBytes === undefined ? '-' : megabytes(peakBytes),
      megabytes(residentBytes / stores),
    ])
    return Promise.resolve({
      tables: [
        {
          title: 'Resident memory',
          columns: ['process', 'stores', 'resident', 'at most', 'a store'],
          rows,
        },
      ],
      goals: [],
      notes: [
        'Resident memory as the system counts it, Node itself (about 60 MB) included; garbage that the engine had no reason to collect yet is part of it.',
        'The hub’s figure is its own process; PostgreSQL’s shared buffers come on top.',
      ],
    })
  },
}
