import { lastEntryId, lastEntryOfOthers } from '~/evidence/entries.server'
import type { Runtime } from '~/platform/runtime.server'
import { staffNames } from '~/staff/accounts.server'
import { findByReference } from './case-view.server'

/** Entries that only say that somebody looked. */
const looks = ['request.unmasked', 'request.exported']

/** Up to which entry of its log a page about a case knows it; null: there is no such case. */
export async function knownOf(
  { db }: Pick<Runtime, 'db'>,
  reference: string,
): Promise<{ reference: string; entry: string } | null> {
  const row = await findByReference(db, reference)
  return row ? { reference, entry: (await lastEntryId(db, row.id)).toString() } : null
}

export type Meanwhile = { at: string; by: string | null; actorKind: string }

/** What somebody else last did to a case after the entry up to which a reader knows it; null: nothing. */
export async function changedSince(
  { db }: Pick<Runtime, 'db'>,
  { requestId, entry, reader }: { requestId: string; entry: bigint; reader: string },
): Promise<Meanwhile | null> {
  const found = await lastEntryOfOthers(db, { requestId, after: entry, self: reader, but: looks })
  if (!found) return null
  const names = await staffNames(db, [found.actorId])
  const by = found.actorId && (names.get(found.actorId) ?? null)
  return { at: found.at.toString(), by, actorKind: found.actorKind }
}
