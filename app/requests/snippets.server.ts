import { and, asc, eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { snippet } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { appendEvidence } from '~/evidence/append.server'
import { translatorFor } from '~/locales/translate'
import type { Runtime } from '~/platform/runtime.server'
import { languages, requestKinds } from './kinds'
import type { Language, RequestKind } from './kinds'

/** Texts of ours, each for some kinds of requests or, without any, for all; their words stand in locales/*.snippets. */
const standards: Record<string, readonly RequestKind[]> = {
  which_address: [],
  which_data: ['access', 'portability'],
  what_is_wrong: ['rectification'],
  taken_note: [],
  not_identified: [],
  excessive: [],
  legal_duty: ['erasure'],
  legal_claims: ['erasure'],
  rights_of_others: ['access', 'portability'],
  compelling_grounds: ['objection'],
  deceased: [],
}

export type Snippet = {
  /** The row's id, or the name of a standard text that nobody changed. */
  id: string
  standard: string | null
  kind: RequestKind | null
  language: Language
  title: string
  body: string
}

/** `id`: of a text of their own, or the name of a standard one; absent: a new text. An empty body takes it away. */
export const snippetSchema = z.object({
  id: z.string().max(60),
  kind: z.enum(['', ...requestKinds]).transform((kind) => kind || null),
  language: z.enum(languages),
  title: z.string().trim().min(1).max(100),
  body: z.string().trim().max(5_000),
})

/** Every text in one language: the standard ones as the organisation has them, then its own. */
export async function listSnippets(db: Executor, language: Language): Promise<Snippet[]> {
  const rows = await db.select().from(snippet).where(eq(snippet.language, language)).orderBy(asc(snippet.title))
  const t = translatorFor(language)
  const ours = Object.entries(standards).map(([standard, kinds]): Snippet => {
    const changed = rows.find((row) => row.standard === standard)
    return {
      id: standard,
      standard,
      kind: kinds.length === 1 ? (kinds[0] ?? null) : null,
      language,
      title: changed?.title ?? t(`snippets:standard.${standard}.title`),
      body: changed ? changed.body : t(`snippets:standard.${standard}.body`),
    }
  })
  const own = rows
    .filter((row) => row.standard === null)
    .map((row): Snippet => ({
      id: row.id,
      standard: null,
      kind: requestKinds.find((kind) => kind === row.kind) ?? null,
      language,
      title: row.title,
      body: row.body,
    }))
  return [...ours, ...own]
}

/** The texts that fit a request: in its language, for its kind, and not taken away. */
export async function snippetsFor(db: Executor, row: { kind: string; language: string }): Promise<Snippet[]> {
  const all = await listSnippets(db, row.language === 'en' ? 'en' : 'nl')
  return all.filter(({ standard, kind, body }) => {
    const kinds: readonly string[] = standard ? (standards[standard] ?? []) : kind ? [kind] : []
    return body !== '' && (kinds.length === 0 || kinds.includes(row.kind))
  })
}

/** Writes a text of the organisation, or its own words for a standard one; an own text without words is removed. */
export async function saveSnippet(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  order: z.output<typeof snippetSchema> & { staffId: string },
): Promise<{ ok: true } | { ok: false; reason: 'unknown_snippet' }> {
  const { id, kind, language, title, body } = order
  const values = { kind, language, title, body, updatedAt: runtime.clock.now(), updatedByStaffId: order.staffId }
  if (Object.hasOwn(standards, id)) {
    const row = { ...values, kind: null, standard: id }
    await tx
      .insert(snippet)
      .values(row)
      .onConflictDoUpdate({ target: [snippet.standard, snippet.language], set: row })
  } else if (id === '') {
    if (body) await tx.insert(snippet).values(values)
  } else {
    const own = and(eq(snippet.id, id), isNull(snippet.standard))
    if (!z.uuid().safeParse(id).success) return { ok: false, reason: 'unknown_snippet' }
    const [known] = body
      ? await tx.update(snippet).set(values).where(own).returning({ id: snippet.id })
      : await tx.delete(snippet).where(own).returning({ id: snippet.id })
    if (!known) return { ok: false, reason: 'unknown_snippet' }
  }
  await appendEvidence(tx, runtime, {
    actor: { kind: 'staff', id: order.staffId },
    verb: 'snippet.changed',
    data: { language, removed: body === '' },
  })
  return { ok: true }
}
