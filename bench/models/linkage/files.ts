/** The record files as values by field, with how each is compared. */
import type { LinkageInput } from '../../../src/models/linkage/fields.ts'
import { readColumns } from '../data/columns.ts'

export interface RecordFile {
  readonly values: readonly (readonly string[])[]
  readonly truth: readonly string[]
  readonly parameters: LinkageInput
}

const text = (name: string) => ({ name, kind: 'text' as const, usesFrequency: true })
const digits = (name: string) => ({ name, kind: 'digits' as const, usesFrequency: true })

export const febrl: LinkageInput = {
  fields: [
    text('given_name'),
    text('surname'),
    digits('street_number'),
    text('address_1'),
    text('address_2'),
    text('suburb'),
    digits('postcode'),
    { name: 'state', kind: 'exact' },
    digits('date_of_birth'),
    digits('soc_sec_id'),
  ],
  crossed: [['given_name', 'surname']],
  blocking: [
    ['soc_sec_id'],
    ['date_of_birth', 'surname:sound'],
    ['date_of_birth', 'given_name:sound'],
    ['given_name:sound', 'surname:sound', 'postcode'],
    ['postcode', 'date_of_birth'],
    ['address_1:start', 'postcode', 'surname:start'],
    ['suburb', 'given_name:start', 'street_number'],
    ['surname', 'suburb:start', 'given_name:start'],
    ['address_1', 'suburb:start'],
    ['soc_sec_id:start', 'surname:start'],
    ['soc_sec_id:end', 'given_name:start'],
    ['date_of_birth', 'state'],
    ['surname:sound', 'postcode'],
    ['given_name:sound', 'postcode'],
    ['given_name', 'surname'],
    ['soc_sec_id:start'],
    ['soc_sec_id:end'],
    ['address_1', 'postcode'],
    ['street_number', 'postcode'],
    ['surname:start', 'date_of_birth:start'],
    ['given_name:start', 'date_of_birth:end'],
  ],
  joinRatio: 0.5,
  clusterMax: 15,
}

export const fake: LinkageInput = {
  fields: [text('first_name'), text('surname'), digits('dob'), text('city'), text('email')],
  crossed: [['first_name', 'surname']],
  blocking: [
    ['email'],
    ['first_name', 'surname'],
    ['first_name:sound', 'dob'],
    ['surname:sound', 'dob'],
    ['dob', 'city'],
    ['surname', 'city'],
    ['first_name', 'city'],
    ['email:start', 'dob:start'],
    ['first_name:start', 'dob:start'],
    ['surname:start', 'dob:start'],
    ['dob'],
    ['dob:end'],
    ['email:start'],
    ['first_name:sound', 'surname:sound'],
    ['dob:start', 'city:start'],
  ],
  joinRatio: 0.5,
  clusterMax: 15,
}

export const historical: LinkageInput = {
  fields: [
    text('first_name'),
    text('surname'),
    text('full_name'),
    digits('dob'),
    text('birth_place'),
    text('postcode_fake'),
    text('occupation'),
    { name: 'gender', kind: 'exact' },
  ],
  crossed: [['first_name', 'surname']],
  blocking: [
    ['full_name'],
    ['first_name', 'surname'],
    ['surname:sound', 'dob'],
    ['first_name:sound', 'dob'],
    ['dob', 'postcode_fake'],
    ['dob', 'birth_place'],
    ['surname', 'postcode_fake:start'],
    ['first_name', 'postcode_fake'],
    ['surname', 'birth_place'],
    ['postcode_fake', 'occupation'],
    ['postcode_fake', 'first_name:start'],
    ['postcode_fake', 'surname:start'],
    ['dob', 'occupation'],
    ['surname:sound', 'occupation', 'dob:start'],
    ['full_name:start', 'dob'],
    ['postcode_fake'],
    ['surname:sound', 'birth_place'],
    ['surname:start', 'first_name:start'],
    ['surname:sound', 'first_name:sound'],
    ['surname:sound', 'dob:start'],
    ['first_name:sound', 'birth_place'],
    ['dob:start', 'birth_place'],
    ['postcode_fake:start', 'surname:sound'],
    ['full_name:end', 'birth_place'],
    ['full_name:end', 'dob:start'],
    ['full_name:end', 'postcode_fake:start'],
  ],
  joinRatio: 0.995,
  clusterMax: 60,
  groupBitsMin: 4,
}

export function readRecords(path: string, parameters: LinkageInput): RecordFile {
  const names = parameters.fields.map(({ name }) => name)
  const wanted = Object.fromEntries([...names, 'cluster'].map((name) => [name, 'text' as const]))
  const columns = readColumns(path, wanted) as unknown as Record<string, string[]>
  const truth = columns.cluster!
  return {
    truth,
    parameters,
    values: truth.map((_, record) => names.map((name) => columns[name]![record]!)),
  }
}
