/** Where the data for judging models lies: beside the repository, never in it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** `TILLWAY_MODEL_DATA`, else `shared/data` beside the repository or beside its worktrees' folder. */
export function dataRoot(): string | undefined {
  const named = process.env.TILLWAY_MODEL_DATA
  const places = named ? [named] : [join(root, '../shared/data'), join(root, '../../shared/data')]
  return places.find((place) => existsSync(place))
}

/** Those of the folders that are not there. */
export function missingFolders(folders: readonly string[]): string[] {
  const place = dataRoot()
  return folders.filter((folder) => place === undefined || !existsSync(join(place, folder)))
}
