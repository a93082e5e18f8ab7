/** The files that linkage is judged on, with what is naive there and what a peer reached. */
import type { LinkageInput } from '../../../src/models/linkage/fields.ts'
import type { Figure } from '../evaluation.ts'
import { fake, febrl, historical } from './files.ts'

export interface Case {
  readonly file: string
  readonly name: string
  readonly parameters: LinkageInput
  /** Fields that must all be the same. */
  readonly naive: readonly string[]
  /** On profiles and, where the file was parted into two, on links between them. */
  readonly peer: Figure & { readonly source: string }
  readonly peerOfTwo: Figure & { readonly source: string }
}

const measured =
  'Splink 4.0.17, which reads plain text, run by us on the same records with 7 to 12 blocking rules and its library of comparisons'
const splink = (value: number) => ({
  name: 'Splink',
  value,
  source: `${measured}; its profiles at the best of ten thresholds from 0.02 to 0.99`,
})
const splinkOfTwo = (value: number) => ({
  name: 'Splink',
  value,
  source: `${measured}; the surest links one to one, at the best of six thresholds from 0.05 to 0.999`,
})

export const cases: readonly Case[] = [
  {
    file: 'febrl1',
    name: 'Febrl1',
    parameters: febrl,
    naive: ['soc_sec_id'],
    peer: splink(1),
    peerOfTwo: splinkOfTwo(1),
  },
  {
    file: 'febrl2',
    name: 'Febrl2',
    parameters: febrl,
    naive: ['soc_sec_id'],
    peer: splink(0.9982),
    peerOfTwo: splinkOfTwo(0.9988),
  },
  {
    file: 'fake_1000',
    name: 'fake_1000',
    parameters: fake,
    naive: ['email'],
    peer: splink(0.9175),
    peerOfTwo: splinkOfTwo(0.9024),
  },
  {
    file: 'historical50k_dev_clusters',
    name: 'historical figures, 30 % of the clusters',
    parameters: historical,
    naive: ['full_name', 'dob'],
    peer: splink(0.9059),
    peerOfTwo: splinkOfTwo(0.8),
  },
]
