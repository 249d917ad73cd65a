import type { CatalogueTable } from '../catalogue'
import type { DraftLink } from './draft-links'
import type { Guesses } from './draft-subjects'

/** What a draft knows while it finds out which tables are about persons. */
export interface Draft {
  readonly byId: ReadonlyMap<string, CatalogueTable>
  readonly guesses: Guesses
  readonly links: readonly DraftLink[]
  /** The links of a table, and those onto it. */
  readonly linksOf: ReadonlyMap<string, readonly DraftLink[]>
  readonly linksOnto: ReadonlyMap<string, readonly DraftLink[]>
  readonly subjects: ReadonlySet<string>
  /** Subject tables, and tables with an address of their own. */
  readonly roots: Set<string>
  /** Tables whose rows are the person's, the subject tables first. */
  readonly reached: Set<string>
  /** Tables to which rows of the person refer: addresses, activities. */
  readonly values: Set<string>
  /** Mailboxes of the company itself, by what refers to them. */
  readonly mailboxes: ReadonlySet<string>
  /** Tables of all things: other tables hold the other half of each row. */
  readonly ofAll: ReadonlySet<string>
}

/** The links by the table that one end of them names. */
export function grouped(
  links: readonly DraftLink[],
  end: 'table' | 'other',
): ReadonlyMap<string, readonly DraftLink[]> {
  const groups = new Map<string, DraftLink[]>()
  for (const link of links) {
    const group = groups.get(link[end])
    if (group) group.push(link)
    else groups.set(link[end], [link])
  }
  return groups
}
