import { and, eq, isNull } from 'drizzle-orm'
import { identityNotice } from '~db/schema'
import type { Executor, Transaction } from '~db/client'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { contestIdentity } from '~/requests/contest.server'
import { findRequest } from '~/requests/find.server'
import type { Language, RequestKind } from '~/requests/kinds'
import { lockRequest } from '~/requests/move.server'
import type { RequestRow } from '~/requests/move.server'
import { linkHash, newLinkToken } from './links.server'

/**
 * Tells the addresses on file that somebody was believed to be this person by another way than that address, each with a
 * link that says "that was not me". Once per request and address. `except`: the address whose own code said yes.
 */
export async function sendNotices(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  row: RequestRow,
  emails: readonly string[],
  except: string | null,
): Promise<void> {
  const skipped = except === null ? null : Buffer.from(blindIndex(runtime, 'email', except)).toString('hex')
  for (const email of emails) {
    const emailIndex = blindIndex(runtime, 'email', email)
    if (Buffer.from(emailIndex).toString('hex') === skipped) continue
    const token = newLinkToken()
    const [noted] = await tx
      .insert(identityNotice)
      .values({
        requestId: row.id,
        emailIndex,
        linkHash: linkHash(runtime, 'notice', token),
        at: runtime.clock.now(),
      })
      .onConflictDoNothing()
      .returning({ id: identityNotice.id })
    if (!noted) continue
    await sendMail(tx, runtime, {
      template: 'identity_notice',
      to: email,
      language: row.language as Language,
      requestId: row.id,
      idempotencyKey: `identity_notice:${noted.id}`,
      props: {
        reference: row.reference,
        kind: row.kind as RequestKind,
        receivedOn: row.receivedOn.toString(),
        url: `${runtime.publicUrl}/${row.language}/notice/${token}`,
      },
    })
  }
}

export type NoticedRequest = { kind: RequestKind; receivedAt: string; answered: boolean }

/** What a notice was about, for whoever has the mail; looking changes nothing. Null: no such link. */
export async function noticedRequest(
  db: Executor,
  runtime: Pick<Runtime, 'keys'>,
  token: string,
): Promise<NoticedRequest | null> {
  const [notice] = await db
    .select()
    .from(identityNotice)
    .where(eq(identityNotice.linkHash, linkHash(runtime, 'notice', token)))
  const row = notice && (await findRequest(db, notice.requestId))
  if (!row) return null
  return {
    kind: row.kind as RequestKind,
    receivedAt: row.receivedAt.toString(),
    answered: notice.disownedAt !== null,
  }
}

/** "That was not me": said once; nothing of the request is released until staff looked into it. */
export async function disownByNotice(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  token: string,
): Promise<{ ok: true } | { ok: false; reason: 'no_link' }> {
  const [notice] = await tx
    .update(identityNotice)
    .set({ disownedAt: runtime.clock.now() })
    .where(and(eq(identityNotice.linkHash, linkHash(runtime, 'notice', token)), isNull(identityNotice.disownedAt)))
    .returning()
  const row = notice && (await lockRequest(tx, notice.requestId))
  if (!row) return { ok: false, reason: 'no_link' }
  await contestIdentity(tx, runtime, row)
  return { ok: true }
}
