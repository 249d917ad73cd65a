import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import yauzl from 'yauzl'
import { customerAfter } from '../support/e2e/crm'
import { takeUp } from '../support/e2e/desk'
import { codeFor, codesOf, mailTo } from '../support/e2e/mailbox'
import { comeBack, fileRequest, sendForm, typeCode } from '../support/e2e/portal'
import { expect, test } from '../support/e2e'

const readsAndGets =
  'c.marketing_opt_in and exists (select from newsletter_subscriptions n where n.email = c.email and n.active)'

test('an objection to advertising is carried out at once, and confirmed', async ({ visitor, demo, crm }) => {
  const customer = await customerAfter(crm, 140, readsAndGets)
  await sendForm(visitor, { ...customer, kind: 'objection', objectionTo: 'direct_marketing' })
  // even before the code: it harms nobody
  await expect(visitor.locator('main')).toContainText('ook zonder code')
  await expect
    .poll(
      async () => {
        const [row] = await crm`
          select c.marketing_opt_in, n.active,
            (select count(*)::int from segment_members s where s.customer_id = c.id) as segments
          from customers c join newsletter_subscriptions n on n.email = c.email where c.id = ${customer.id}`
        return row
      },
      { timeout: 60_000 },
    )
    .toEqual({ marketing_opt_in: false, active: false, segments: 0 })
  const mail = await mailTo(demo, customer.email, /geen reclame meer/)
  expect(mail.text).toContain('Was u dit niet')
  await typeCode(visitor, await codeFor(demo, customer.email))
  await expect(visitor).toHaveURL(/receipt/)
  await expect
    .poll(async () => (await visitor.reload(), visitor.locator('main').innerText()), { timeout: 60_000 })
    .toContain('U krijgt geen reclame meer van ons')
  // and nothing else of the person was touched
  const [row] = await crm<{ email: string; full_name: string }[]>`
    select email, full_name from customers where id = ${customer.id}`
  expect(row).toEqual({ email: customer.email, full_name: customer.name })
})

test('a copy is prepared, looked through, released, and collected by its owner alone after a fresh code', async ({
  visitor,
  browser,
  colleague,
  demo,
  crm,
}) => {
  test.setTimeout(150_000)
  const customer = await customerAfter(
    crm,
    160,
    `exists (select from customer_accounts a where a.customer_id = c.id)
     and exists (select from orders o where o.customer_id = c.id)`,
  )
  const reference = await fileRequest(visitor, demo, { ...customer, kind: 'access' })
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.getByRole('link', { name: 'Inzagepakket' }).click()
  await agent.getByRole('button', { name: 'Pakket samenstellen' }).click()
  await expect
    .poll(
      async () => {
        await agent.goto(`/desk/requests/${reference}/package`)
        return agent.locator('main').innerText()
      },
      { timeout: 60_000, intervals: [1_000] },
    )
    .toContain('ligt klaar om na te kijken')
  await expect(agent.locator('main')).toContainText('Klantgegevens')
  await expect(agent.locator('main')).toContainText('password_hash')
  await agent.getByRole('button', { name: 'Vrijgeven en mail versturen' }).click()
  await expect(agent).toHaveURL(new RegExp(`/desk/requests/${reference}$`))
  const mail = await mailTo(demo, customer.email, /staan klaar/)
  expect(mail.text).not.toContain(customer.number)

  // a browser that has not entered a code just now gets a code first
  const later = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await comeBack(later, demo, customer.email)
  await later.goto(`/nl/requests/${reference}`)
  await expect(later.locator('main')).toContainText('Uw gegevens staan klaar')
  const byCode = later.getByRole('button', { name: 'Stuur mij een code' })
  if ((await byCode.count()) > 0) {
    const before = (await codesOf(demo, customer.email)).length
    await byCode.click()
    await typeCode(later, await codeFor(demo, customer.email, before))
  }
  const link = later.getByRole('link', { name: 'Haal mijn gegevens op' })
  const address = (await link.getAttribute('href')) ?? ''
  const download = later.waitForEvent('download')
  await link.click()
  const files = await unzip(await readFile(await (await download).path()))
  expect([...files.keys()]).toEqual(expect.arrayContaining(['index.html', 'data.json']))
  const data = files.get('data.json') ?? ''
  expect(() => JSON.parse(data) as unknown).not.toThrow()
  expect(data).toContain(customer.number)
  expect(data).toContain(customer.email)
  expect(files.get('index.html')).toContain(customer.number)
  expect(files.get('index.html')).not.toMatch(/<script|https?:\/\/[^"]*\.(?:js|css|woff)/)
  for (const [name, content] of files) {
    expect.soft(content, name).not.toContain('$argon2id$')
    expect.soft(content, name).not.toContain('xxxxxxxxxxxxxxxx')
  }

  // the same address in somebody else's session, and in none
  const other = await customerAfter(crm, 180)
  const foreign = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await fileRequest(foreign, demo, { ...other, kind: 'access' })
  expect((await foreign.request.get(address, { maxRedirects: 0 })).status()).toBe(404)
  expect((await foreign.goto(`/nl/requests/${reference}`))?.status()).toBe(404)
  await foreign.context().clearCookies()
  expect((await foreign.request.get(address, { maxRedirects: 0 })).status()).toBe(303)
  // a forged or stretched address is worth nothing to its owner, either
  const forgeries = [
    address.replace(/signature=[^&]+/, 'signature=AAAA'),
    address.replace(/until=(\d+)/, (_, until: string) => `until=${Number(until) + 86_400}`),
  ]
  for (const forged of forgeries)
    expect.soft((await later.request.get(forged, { maxRedirects: 0 })).status(), forged).toBe(404)
  await foreign.context().close()
  await later.context().close()
})

test('a refusal carries its ground, the reasons, and what one can do against it, in the mail and on the page', async ({
  visitor,
  colleague,
  demo,
  crm,
}) => {
  const customer = await customerAfter(crm, 200)
  const reference = await fileRequest(visitor, demo, { ...customer, kind: 'erasure' })
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.getByRole('link', { name: 'Weigeren' }).click()
  await agent.getByRole('button', { name: 'Weigeren en mail versturen' }).click()
  await expect(agent.locator('.error-summary')).toContainText('Kies een grond')
  await agent.locator('[name="ground"][value="legal_claims"]').check()
  await agent.locator('[name="basis"]').fill('Zaak 2026/17 bij de kantonrechter')
  await agent.locator('[name="reasons"]').fill('Er loopt een rechtszaak over uw fiets.')
  // first the mail as it will be
  await agent.getByRole('button', { name: 'Eerst de mail bekijken' }).click()
  await expect(agent.getByText('Zo wordt de mail')).toBeVisible()
  await expect(agent.locator('[name="reasons"]')).toHaveValue('Er loopt een rechtszaak over uw fiets.')
  await agent.getByRole('button', { name: 'Weigeren en mail versturen' }).click()
  await expect(agent.getByText('Geweigerd', { exact: true }).first()).toBeVisible()
  const mail = await mailTo(demo, customer.email, new RegExp(`Antwoord op uw verzoek.*${reference}`))
  for (const words of [
    'rechtszaak over uw fiets',
    'Zaak 2026/17',
    'AVG artikel 17',
    'Autoriteit Persoonsgegevens',
    'zes weken',
  ])
    expect.soft(mail.text).toContain(words)
  await visitor.goto(`/nl/requests/${reference}`)
  for (const words of ['rechtszaak over uw fiets', 'Autoriteit Persoonsgegevens', 'zes weken', 'artikel 17'])
    await expect(visitor.locator('main')).toContainText(words)
})

test('a question reaches the person, the answer reaches the case, and the case goes on', async ({
  visitor,
  colleague,
  demo,
  crm,
}) => {
  const customer = await customerAfter(crm, 220)
  const reference = await fileRequest(visitor, demo, { ...customer, kind: 'rectification' })
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.goto(`/desk/requests/${reference}/question`)
  await agent.locator('textarea').first().fill('Wat is uw nieuwe adres? <b>Graag</b> volledig.')
  await agent.getByRole('button', { name: 'Vraag versturen' }).click()
  await mailTo(demo, customer.email, new RegExp(`nodig.*${reference}`))
  await visitor.goto(`/nl/requests/${reference}`)
  await expect(visitor.locator('main')).toContainText('Wij wachten op u')
  await expect(visitor.locator('main')).toContainText('<b>Graag</b> volledig')
  await visitor.getByRole('button', { name: 'Verstuur mijn antwoord' }).click()
  await expect(visitor.locator('.error-summary')).toContainText('Schrijf eerst uw antwoord')
  await visitor.locator('[name="text"]').fill('Dorpsstraat 1, Utrecht')
  await visitor.getByRole('button', { name: 'Verstuur mijn antwoord' }).click()
  await expect(visitor.locator('main')).toContainText('gaan verder')
  await agent.goto(`/desk/requests/${reference}/completion`)
  await agent.locator('[name="answer"]').fill('Wij hebben uw adres veranderd.')
  await agent.getByRole('button', { name: 'Versturen en afronden' }).click()
  const mail = await mailTo(demo, customer.email, new RegExp(`Antwoord.*${reference}`))
  expect(mail.text).toContain('Wij hebben uw adres veranderd.')
  await visitor.goto(`/nl/requests/${reference}`)
  await expect(visitor.locator('main')).toContainText('Klaar')
  await expect(visitor.locator('main')).toContainText('Wij hebben uw adres veranderd.')
})

/** The files of a zip as text. */
function unzip(zip: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(zip, { lazyEntries: true }, (failed, archive) => {
      if (failed) return reject(failed)
      const files = new Map<string, string>()
      archive.on('entry', (entry: yauzl.Entry) => {
        archive.openReadStream(entry, (problem, stream) => {
          if (problem) return reject(problem)
          text(stream).then((content) => {
            files.set(entry.fileName, content)
            archive.readEntry()
          }, reject)
        })
      })
      archive.on('end', () => resolve(files))
      archive.readEntry()
    })
  })
}
