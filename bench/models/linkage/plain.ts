/**
 * The same linkage on readable text, to see what privacy costs. It lives here, where no hub can load
 * it: the product takes keyed tokens and nothing else.
 */
import { normalise, viewOfValue } from '../../../src/models/linkage/encode.ts'
import { differs, type LinkageParameters } from '../../../src/models/linkage/fields.ts'
import { type LinkageTable, layTable } from '../../../src/models/linkage/table.ts'
import { editsBetween, jaroWinkler } from './text.ts'

/** Levels 1 to 4 of names and addresses; of dates and numbers by edits. */
const likenessFloors = [0.95, 0.88, 0.8, 0.7]
const editsMax = 4

export function plainTable(
  parameters: LinkageParameters,
  given: readonly (readonly string[])[],
  firstCount = 0,
): LinkageTable {
  const { fields } = parameters
  const values = given.map((record) =>
    record.map((value, field) => normalise(fields[field]!.kind, value)),
  )
  return layTable(parameters, {
    recordsCount: values.length,
    firstCount,
    textOf(record, field, view) {
      const value = values[record]![field]!
      return value === '' ? undefined : viewOfValue[view](value)
    },
    levelsOf({ fields: [field = 0], names }) {
      const { kind } = fields[field]!
      if (kind === 'exact') return () => differs
      if (kind === 'digits')
        return (one, other) => {
          const edits = editsBetween(names[one]!, names[other]!)
          return edits <= editsMax ? edits : differs
        }
      return (one, other) => {
        const likeness = jaroWinkler(names[one]!, names[other]!)
        const level = likenessFloors.findIndex((floor) => likeness >= floor)
        return level < 0 ? differs : level + 1
      }
    },
  })
}
