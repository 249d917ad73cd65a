import type { Executor } from '../adapters/adapter'
import type { Catalogue, CatalogueTable } from '../catalogue'
import { foreignKeyLinks, selfLinks, sideTableLinks, type DraftLink } from './draft-links'
import { words } from './guess-column'
import { linksOfApplication } from './link-catalogues'
import type { TypePair } from './type-pairs'
import { sharedKeyLinks } from './shared-keys'
import { toldLinks } from './told-links'
import { typedLinks, type TypedLinks } from './typed-links'

/** All that is known of who refers to whom: keys, the application's own lists, types, names that the values bear out. */
export async function findLinks(
  executor: Executor,
  catalogue: Catalogue,
  tables: readonly CatalogueTable[],
): Promise<{ readonly links: readonly DraftLink[]; readonly typed: TypedLinks }> {
  const certain = [
    ...foreignKeyLinks(tables),
    ...(await linksOfApplication(executor, catalogue)),
    ...sideTableLinks(tables),
  ]
  certain.push(...(await sharedKeyLinks(executor, tables, certain)))
  const typed = await typedLinks(executor, tables, certain)
  const told = [...certain, ...typed.links]
  const ofTypes = new Set(
    typed.pairs.filter((pair) => saysType(pair, told)).map(({ table, id }) => `${table.id}\0${id.name}`),
  )
  const selves = selfLinks(tables, told).filter((link) => !ofTypes.has(`${link.table}\0${link.columns[0] ?? ''}`))
  const found = [...told, ...selves]
  const ids = new Set(tables.map((table) => table.id))
  const named = await toldLinks(executor, tables, found)
  return { links: oneEach([...found, ...named].filter((link) => ids.has(link.table) && ids.has(link.other))), typed }
}

/** A pair that certainly is one: `type` alone may say anything. */
const saysType = ({ table, type, id }: TypePair, told: readonly DraftLink[]) =>
  !/^(type|kind|soort)$/.test(words(type.name)) ||
  told.some((link) => link.table === table.id && link.columns[0] === id.name && type.name in link.where)

/** Several values of one type column onto one table are one link; beside them a link without a condition says too much. */
function oneEach(links: readonly DraftLink[]): DraftLink[] {
  const merged = new Map<string, DraftLink>()
  for (const link of links) {
    const types = Object.keys(link.where)
    const name = JSON.stringify([link.table, link.columns, link.other, link.otherColumns, types])
    const before = merged.get(name)
    const where = before
      ? Object.fromEntries(
          types.map((type) => [type, [...new Set([...(before.where[type] ?? []), ...(link.where[type] ?? [])])]]),
        )
      : link.where
    merged.set(name, { ...(before ?? link), where })
  }
  const all = [...merged.values()]
  return all.filter(
    (link) =>
      Object.keys(link.where).length > 0 ||
      !all.some(
        (other) =>
          other !== link &&
          other.table === link.table &&
          other.other === link.other &&
          Object.keys(other.where).length > 0 &&
          other.columns.join('\0') === link.columns.join('\0'),
      ),
  )
}
