import type { Transaction } from '~db/client'
import { enqueueJob } from '~/jobs/enqueue.server'
import { sendMail } from '~/mail/send.server'
import type { Runtime } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { requestsOfSubmission } from '~/requests/confirm.server'
import type { Language, ObjectionTo, RequestKind } from '~/requests/kinds'
import { openPersonal } from '~/requests/personal.server'
import { requestSealer } from '~/requests/sealed.server'
import type { Binding } from './binding-cookie.server'
import { codeMinutes, keepCode, lastCode, newCode } from './codes.server'
import { linkHash, linkUrl, newLinkToken } from './links.server'
import { sendSignInCodeTask } from './send-sign-in-code.server'

type Rooms = Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>
export type Asked = { ok: true } | { ok: false; reason: 'too_soon' | 'unknown' }

/**
 * Sends the code that confirms a submission to the address that was typed; a code sent before is void. `mayMail` false
 * (the limit of that address is reached) keeps everything the same but the mail.
 */
export async function askCodeForSubmission(
  tx: Transaction,
  runtime: Rooms,
  submissionId: string,
  { mayMail = true, sender }: { mayMail?: boolean; sender?: Uint8Array | undefined } = {},
): Promise<Asked> {
  const rows = await requestsOfSubmission(tx, submissionId)
  const [first] = rows
  if (!first) return { ok: false, reason: 'unknown' }
  const { email } = openPersonal(await requestSealer(tx, runtime, first.id), first)
  if (!email) return { ok: false, reason: 'unknown' }
  const code = newCode()
  const token = newLinkToken()
  const kept = await keepCode(tx, runtime, {
    purpose: 'submission',
    bindingId: submissionId,
    emailIndex: blindIndex(runtime, 'email', email),
    code: mayMail ? code : null,
    linkHash: mayMail ? linkHash(runtime, 'code', token) : undefined,
    sender,
  })
  if (!kept.ok) return kept
  if (mayMail)
    await sendMail(tx, runtime, {
      template: 'code',
      to: email,
      language: first.language as Language,
      requestId: first.id,
      idempotencyKey: `code:${kept.id}`,
      props: {
        code,
        minutes: codeMinutes,
        purpose: 'submission',
        asked: rows.map((row) => ({
          kind: row.kind as RequestKind,
          ...(row.objectionTo ? { objectionTo: row.objectionTo as ObjectionTo } : {}),
        })),
        linkUrl: linkUrl(runtime, first.language, token),
      },
    })
  return { ok: true }
}

/**
 * Begins a sign-in by code: the same work whether the address is known or not. A job looks whether there is anybody to
 * send a code to, so that neither the answer nor its time tells.
 */
export async function askCodeForAddress(
  tx: Transaction,
  runtime: Rooms,
  order: {
    purpose: 'sign_in' | 'download'
    emailIndex: Uint8Array
    language: Language
    mayMail?: boolean
    sender?: Uint8Array
    reference?: string
  },
): Promise<Binding> {
  const binding: Binding = {
    purpose: order.purpose,
    id: crypto.randomUUID(),
    ...(order.reference ? { reference: order.reference } : {}),
  }
  await placeForCode(tx, runtime, binding, order)
  return binding
}

/** Sends a code once more for what this browser is entering one for: refused within 30 seconds of the last. */
export async function askCodeAgain(
  tx: Transaction,
  runtime: Rooms,
  binding: Binding,
  { language, mayMail, sender }: { language: Language; mayMail: boolean; sender?: Uint8Array },
): Promise<Asked> {
  if (binding.purpose === 'submission') return askCodeForSubmission(tx, runtime, binding.id, { mayMail, sender })
  const last = await lastCode(tx, binding.id)
  if (!last) return { ok: false, reason: 'unknown' }
  return placeForCode(tx, runtime, binding, {
    emailIndex: last.emailIndex,
    language,
    mayMail,
    ...(sender ? { sender } : {}),
  })
}

async function placeForCode(
  tx: Transaction,
  runtime: Rooms,
  { purpose, id }: Binding,
  {
    emailIndex,
    language,
    mayMail = true,
    sender,
  }: { emailIndex: Uint8Array; language: Language; mayMail?: boolean; sender?: Uint8Array },
): Promise<Asked> {
  const kept = await keepCode(tx, runtime, { purpose, bindingId: id, emailIndex, code: null, sender })
  if (!kept.ok) return kept
  await enqueueJob(tx, sendSignInCodeTask, { codeId: kept.id, language, mayMail })
  return { ok: true }
}
