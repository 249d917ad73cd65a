import { expect } from '@playwright/test'
import { z } from 'zod'
import type { Demo } from '../e2e'

const mailSchema = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: z.string(),
})
export type Mail = z.infer<typeof mailSchema>

/** The mails to an address, newest first. */
export async function mailsTo(demo: Demo, address: string): Promise<Mail[]> {
  const mails = z.array(mailSchema).parse(await (await fetch(`${demo.mailboxUrl}.json`)).json())
  return mails.filter(({ to }) => to.toLowerCase() === address.toLowerCase())
}

/** Waits for a mail to an address whose subject fits, and answers the newest. */
export async function mailTo(demo: Demo, address: string, subject: RegExp): Promise<Mail> {
  let found: Mail | undefined
  await expect
    .poll(
      async () => {
        found = (await mailsTo(demo, address)).find((mail) => subject.test(mail.subject))
        return found?.subject
      },
      { message: `a mail to ${address} about ${String(subject)}`, timeout: 30_000 },
    )
    .toBeDefined()
  if (!found) throw new Error('unreachable')
  return found
}

/** Waits until an address has more codes than `before`, and answers the newest. */
export async function codeFor(demo: Demo, address: string, before = 0): Promise<string> {
  let newest = ''
  await expect
    .poll(
      async () => {
        const codes = await codesOf(demo, address)
        newest = codes[0] ?? ''
        return codes.length
      },
      { message: `a code for ${address}`, timeout: 30_000 },
    )
    .toBeGreaterThan(before)
  return newest
}

/** All codes that were mailed to an address, newest first: the first run of six to eight digits of each such mail. */
export async function codesOf(demo: Demo, address: string): Promise<string[]> {
  const mails = (await mailsTo(demo, address)).filter(({ subject }) => /code/i.test(subject))
  return mails.flatMap(({ text }) => /(?<!\d)\d{6,8}(?!\d)/.exec(text)?.[0] ?? [])
}
