import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { oneTimeCode } from '~db/schema'
import { askCodeAgain, askCodeForAddress } from '~/identity/ask-code.server'
import { newCode } from '~/identity/codes.server'
import { enterCode } from '~/identity/enter-code.server'
import { fileAndAskCode } from '~/identity/file-request.server'
import { takeCodeMail } from '~/identity/limits.server'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { parseEmail } from '~/requests/request-form'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import { checkPassword } from '~/staff/sign-in.server'
import { mailedCode } from '~tests/identity/mailed'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime()
})
afterAll(() => own.close())
beforeEach(() => own.clock.advance({ hours: 1 }))

const file = (email = 'jan@voorbeeld.example') =>
  inTransaction(own.runtime, (tx) =>
    fileAndAskCode(
      tx,
      own.runtime,
      { kinds: ['access'], name: 'Jan de Boer', email, language: 'nl', filedBy: 'self' },
      true,
    ),
  )
type Bound = Awaited<ReturnType<typeof file>>['binding']
const enter = (binding: Bound, code: string) =>
  inTransaction(own.runtime, (tx) => enterCode(tx, own.runtime, binding, code))

const codeOf = async ({ id }: Bound) => (await mailedCode(own, id)).code

test('10,000 codes are six digits, spread over all of them, and none of them favoured', () => {
  const codes = Array.from({ length: 10_000 }, newCode)
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  // 10,000 out of a million: about 50 meet by chance, never 150
  expect(new Set(codes).size).toBeGreaterThan(9_850)
  for (let place = 0; place < 6; place++)
    for (const digit of '0123456789') {
      const count = codes.filter((code) => code[place] === digit).length
      // 1,000 expected, standard deviation 30
      expect(Math.abs(count - 1_000)).toBeLessThan(200)
    }
})

test('of 2,000 guesses on one code, a hundred at a time, exactly five are counted, and the right one comes too late', async () => {
  const { binding } = await file()
  const right = await codeOf(binding)
  const guesses = Array.from({ length: 2_000 }, (_, at) =>
    String((Number(right) + 1 + at) % 1_000_000).padStart(6, '0'),
  )
  for (let at = 0; at < guesses.length; at += 100) {
    const tried = await Promise.all(guesses.slice(at, at + 100).map((guess) => enter(binding, guess)))
    expect(tried.some((one) => one.ok)).toBe(false)
  }
  const [row] = await own.runtime.db.select().from(oneTimeCode).where(eq(oneTimeCode.bindingId, binding.id))
  expect(row?.attempts).toBe(5)
  expect((await enter(binding, right)).ok).toBe(false)
})

test('codes of thirty submissions open none but their own', async () => {
  const filed = await Promise.all(Array.from({ length: 30 }, (_, at) => file(`persoon${at}@voorbeeld.example`)))
  const codes = await Promise.all(filed.map(({ binding }) => codeOf(binding)))
  for (const [at, { binding }] of filed.entries()) {
    const foreign = codes[(at + 1) % codes.length] ?? ''
    if (foreign !== codes[at]) expect((await enter(binding, foreign)).ok).toBe(false)
    expect((await enter(binding, codes[at] ?? '')).ok).toBe(true)
  }
})

test('of many who ask for another code at once, one gets it, and the code before is void', async () => {
  const { binding } = await file()
  const first = await codeOf(binding)
  own.clock.advance({ seconds: 31 })
  const again = await Promise.all(
    Array.from({ length: 20 }, () =>
      inTransaction(own.runtime, (tx) => askCodeAgain(tx, own.runtime, binding, { language: 'nl', mayMail: true })),
    ),
  )
  expect(again.filter(({ ok }) => ok)).toHaveLength(1)
  const second = await codeOf(binding)
  if (first !== second) expect((await enter(binding, first)).ok).toBe(false)
  expect((await enter(binding, second)).ok).toBe(true)
})

test('a stranger who asks for codes all day uses up none of the share of the person whose address it is', async () => {
  const index = blindIndex(own.runtime, 'email', 'gewild@voorbeeld.example')
  let mailed = 0
  for (let tries = 0; tries < 200; tries++) if ((await takeCodeMail(own.runtime, '198.51.100.7', index)).ok) mailed += 1
  expect(mailed).toBe(8)
  expect((await takeCodeMail(own.runtime, '203.0.113.5', index)).ok).toBe(true)
})

test('letters that only look like others prove the address that the mail goes to, and no other', () => {
  // the Kelvin sign becomes a k when it is composed and lowered
  const typed = parseEmail('\u212Aees@voorbeeld.example')
  if (!typed.ok) throw new Error(typed.problem)
  expect(typed.value).toBe('Kees@voorbeeld.example')
  const index = (email: string) => Buffer.from(blindIndex(own.runtime, 'email', email)).toString('hex')
  for (const other of ['\u0130an@x.example', '\u0131an@x.example', 'ｊan@x.example', 'jаn@x.example'])
    expect(index(other)).not.toBe(index('jan@x.example'))
})

/**
 * How often a time of the first kind is longer than one of the second (Mann-Whitney): a half when nothing tells them apart.
 * With 150 of each, chance stays within 0.1; work that is left out for one kind gives nearly 0 or 1.
 */
async function longerShare(first: () => Promise<unknown>, second: () => Promise<unknown>, each = 150): Promise<number> {
  const times: [number[], number[]] = [[], []]
  for (let warm = 0; warm < 10; warm++) await (warm % 2 === 0 ? first() : second())
  for (let at = 0; at < each; at++)
    // in turns, and in changing order: what the machine does besides falls on both alike
    for (const kind of at % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const from = performance.now()
      await (kind === 0 ? first() : second())
      times[kind].push(performance.now() - from)
    }
  const [a, b] = times
  const won = a.reduce((sum, one) => sum + b.filter((other) => other < one).length, 0)
  return won / (a.length * b.length)
}

test('asking for a code takes as long for an address that is known as for one that is not', async () => {
  const { binding } = await file('bekend@voorbeeld.example')
  await enter(binding, await codeOf(binding))
  let asked = 0
  const ask = (email: string) => () =>
    inTransaction(own.runtime, (tx) =>
      askCodeForAddress(tx, own.runtime, {
        purpose: 'sign_in',
        emailIndex: blindIndex(own.runtime, 'email', email || `vreemd${asked++}@voorbeeld.example`),
        language: 'nl',
      }),
    )
  const share = await longerShare(ask('bekend@voorbeeld.example'), ask(''))
  expect(Math.abs(share - 0.5)).toBeLessThan(0.2)
})

test('filing takes as long with an address that is known as with one that is not', async () => {
  let filed = 0
  const share = await longerShare(
    () => file('bekend@voorbeeld.example'),
    () => file(`nieuw${filed++}@voorbeeld.example`),
  )
  expect(Math.abs(share - 0.5)).toBeLessThan(0.2)
})

test('a wrong password takes as long for an account that exists as for one that does not', async () => {
  const password = 'vlinder-tandem-kruiwagen-91'
  const invited = await inTransaction(own.runtime, (tx) =>
    inviteStaff(tx, own.runtime, {
      email: 'medewerker@spaak.example',
      name: 'Medewerker',
      role: 'agent',
      language: 'nl',
      by: null,
      organisation: 'De Spaak',
    }),
  )
  if (!invited.ok) throw new Error(invited.reason)
  await inTransaction(own.runtime, (tx) =>
    acceptInvitation(tx, own.runtime, { token: invited.token, password, passwordAgain: password }),
  )
  const answers = new Set<string>()
  const tryAs = (email: string) => async () => {
    // the limits would answer without looking
    await own.runtime.db.execute(sql`delete from rate_limit`)
    const checked = await checkPassword(own.runtime, { email, password: 'niet-het-wachtwoord', clientAddress: '::1' })
    answers.add(JSON.stringify(checked))
  }
  const share = await longerShare(tryAs('medewerker@spaak.example'), tryAs('niemand@spaak.example'))
  expect([...answers]).toEqual([JSON.stringify({ ok: false, reason: 'wrong' })])
  expect(Math.abs(share - 0.5)).toBeLessThan(0.2)
})
