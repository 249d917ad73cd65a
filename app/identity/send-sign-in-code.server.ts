import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { oneTimeCode } from '~db/schema'
import type { Task } from '~/jobs/task.server'
import { sendMail } from '~/mail/send.server'
import { inTransaction } from '~/platform/runtime.server'
import { addressOfIndex } from '~/requests/of-address.server'
import { languageSchema } from '~/requests/kinds'
import { codeHash, codeMinutes, newCode } from './codes.server'
import { linkHash, linkUrl, newLinkToken } from './links.server'

export const sendSignInCodeTask = 'identity.send_sign_in_code'

const payloadShape = z.object({ codeId: z.uuid(), language: languageSchema, mayMail: z.boolean() })

/**
 * Makes and mails the code of a sign-in, if there is a request with that address. Outside the page's own time, so that
 * nobody can tell by it whether an address is known. The plain code and link exist only here and, sealed, in the outbox.
 */
export const sendSignInCode: Task = {
  name: sendSignInCodeTask,
  run: async (runtime, payload) => {
    const { codeId, language, mayMail } = payloadShape.parse(payload)
    if (!mayMail) return
    await inTransaction(runtime, async (tx) => {
      const [row] = await tx.select().from(oneTimeCode).where(eq(oneTimeCode.id, codeId)).for('update')
      if (!row || row.usedAt || row.replacedAt) return
      const to = await addressOfIndex(tx, runtime, row.emailIndex)
      if (!to) return
      const code = newCode()
      const token = newLinkToken()
      const sent = await sendMail(tx, runtime, {
        template: 'code',
        to,
        language,
        idempotencyKey: `code:${codeId}`,
        props: {
          code,
          minutes: codeMinutes,
          purpose: row.purpose === 'download' ? 'download' : 'sign_in',
          asked: [],
          linkUrl: linkUrl(runtime, language, token),
        },
      })
      if (sent)
        await tx
          .update(oneTimeCode)
          .set({ codeHash: codeHash(runtime, codeId, code), linkHash: linkHash(runtime, 'code', token) })
          .where(eq(oneTimeCode.id, codeId))
    })
  },
}
