import { desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import { oneTimeCode, outbox } from '~db/schema'
import type { exampleProps } from '~emails/examples'
import type { TestRuntime } from '~tests/support/runtime'

export type Mailed = { to: string; template: string; props: Record<string, unknown> }

/** Every mail that was put in the outbox, newest last, as its addressee gets it. */
export async function mailsOf({ runtime }: Pick<TestRuntime, 'runtime'>, template: keyof typeof exampleProps) {
  const rows = await runtime.db.select().from(outbox).where(eq(outbox.template, template)).orderBy(outbox.createdAt)
  const open = (sealed: Uint8Array | null, place: string) =>
    sealed ? Buffer.from(runtime.keys.open('mail', sealed, place)).toString('utf8') : ''
  return rows.map((row): Mailed & { key: string; requestId: string | null } => ({
    key: row.idempotencyKey,
    requestId: row.requestId,
    template: row.template,
    to: open(row.toSealed, `outbox.to:${row.id}`),
    props: z.record(z.string(), z.unknown()).parse(JSON.parse(open(row.propsSealed, `outbox.props:${row.id}`))),
  }))
}

/** The code and the link that were last mailed for what a browser is bound to. */
export async function mailedCode(own: Pick<TestRuntime, 'runtime'>, bindingId: string) {
  const [kept] = await own.runtime.db
    .select()
    .from(oneTimeCode)
    .where(eq(oneTimeCode.bindingId, bindingId))
    .orderBy(desc(oneTimeCode.sentAt))
    .limit(1)
  const mail = (await mailsOf(own, 'code')).find(({ key }) => key === `code:${kept?.id ?? ''}`)
  if (!mail) throw new Error('no code was mailed')
  const { code, linkUrl } = z.object({ code: z.string(), linkUrl: z.string() }).parse(mail.props)
  return { code, linkUrl, token: linkUrl.split('/').at(-1) ?? '' }
}
