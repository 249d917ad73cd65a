import { randomInt } from 'node:crypto'
import { deskRoutePermissions, may } from '~/staff/permissions'
import type { Role } from '~/staff/roles'
import { accountOf, signIn } from '../support/e2e/desk'
import { fileRequest } from '../support/e2e/portal'
import { expect, test } from '../support/e2e'

const colleagues: readonly (readonly [name: string, role: Role])[] = [
  ['anouk', 'agent'],
  ['christa', 'approver'],
  ['david', 'admin'],
  ['frits', 'auditor'],
]

/** A desk address with its places filled in. */
const filled = (address: string, reference: string) =>
  `/${address.replace(':reference', reference).replace(/:[a-z]+/g, '00000000-0000-4000-8000-000000000000')}`

test('who is not signed in sees nothing of the desk but its door', async ({ visitor, demo }) => {
  const email = `rol${randomInt(1e9)}@example.nl`
  const reference = await fileRequest(visitor, demo, { kind: 'access', name: 'Rolf Rol', email })
  for (const [address, { read, write }] of Object.entries(deskRoutePermissions)) {
    const path = filled(address, reference)
    if (read && read !== 'open') {
      const page = await visitor.request.get(path, { maxRedirects: 0 })
      expect.soft([302, 303], `GET ${path}`).toContain(page.status())
      expect.soft(page.headers()['location'], `GET ${path}`).toMatch(/^\/desk\/login/)
      // loaders run singly, too
      const single = await visitor.request.get(`${path}.data`, { maxRedirects: 0 })
      expect.soft(await single.text(), `GET ${path}.data`).not.toContain(email)
    }
    if (write && write !== 'open') {
      const sent = await visitor.request.post(path, { form: {}, maxRedirects: 0 })
      expect.soft([302, 303], `POST ${path}`).toContain(sent.status())
      expect.soft(sent.headers()['location'], `POST ${path}`).toMatch(/^\/desk\/login/)
    }
  }
})

for (const [name, role] of colleagues)
  test(`the ${role} may do what the table says and nothing else, on every address of the desk`, async ({
    colleague,
    visitor,
    demo,
  }) => {
    const email = `rol${randomInt(1e9)}@example.nl`
    const reference = await fileRequest(visitor, demo, { kind: 'erasure', name: 'Rolf Rol', email })
    const page = await colleague(name)
    for (const [address, { read, write }] of Object.entries(deskRoutePermissions)) {
      if (address === 'desk/logout') continue
      const path = filled(address, reference)
      if (read && read !== 'open') {
        const status = (await page.request.get(path)).status()
        if (may(role, read)) expect.soft(status, `GET ${path}`).not.toBe(403)
        else expect.soft(status, `GET ${path}`).toBe(403)
        expect.soft(status, `GET ${path}`).toBeLessThan(500)
      }
      // without a token nothing happens either way; it is about which refusal comes first
      if (write && write !== 'open') {
        const status = (await page.request.post(path, { form: {} })).status()
        if (may(role, write)) expect.soft([400, 404, 409], `POST ${path}`).toContain(status)
        else expect.soft(status, `POST ${path}`).toBe(403)
      }
    }
  })

test('what a role may not do is not shown to it', async ({ colleague, visitor, demo }) => {
  const email = `rol${randomInt(1e9)}@example.nl`
  const reference = await fileRequest(visitor, demo, { kind: 'access', name: 'Rolf Rol', email })
  const agent = await colleague('anouk')
  await agent.goto('/desk/queue')
  await expect(agent.getByRole('link', { name: 'Instellingen' })).toHaveCount(0)
  await expect(agent.getByRole('link', { name: 'Medewerkers' })).toHaveCount(0)
  for (const name of ['christa', 'frits']) {
    const page = await colleague(name)
    await page.goto(`/desk/requests/${reference}`)
    await expect(page.getByText(reference).first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'In behandeling nemen' })).toHaveCount(0)
    await expect(page.getByRole('link', { name: 'Toewijzen' })).toHaveCount(0)
    // the subject stays masked to who does not work the case
    await expect(page.locator('body')).not.toContainText(email)
  }
})

test('personal data is masked until it is opened, and opening is logged', async ({ colleague, visitor, demo }) => {
  const email = `rol${randomInt(1e9)}@example.nl`
  const reference = await fileRequest(visitor, demo, { kind: 'access', name: 'Rolf Rol', email })
  const page = await colleague('bilal')
  await page.goto(`/desk/requests/${reference}`)
  await expect(page.locator('body')).not.toContainText(email)
  await page.getByRole('button', { name: 'Gegevens tonen' }).click()
  await expect(page.locator('body')).toContainText(email)
  await expect(page.locator('body')).toContainText('Persoonsgegevens geopend')
})

test('the way back after signing in stays inside the desk', async ({ browser, demo }) => {
  const page = await (await browser.newContext()).newPage()
  await page.goto('/desk/login?next=https://evil.example/desk')
  await signInHere(page, accountOf(demo, 'evelien'))
  expect(new URL(page.url()).origin).toBe(demo.portalUrl)
  await page.context().close()
})

test('the eleventh wrong password at the latest is answered with 429, and the form is still there', async ({
  visitor,
}) => {
  await visitor.goto('/desk/login')
  const csrf = await visitor.locator('[name="csrf"]').inputValue()
  const email = `nobody${randomInt(1e9)}@despaak.example.nl`
  let [tries, status, page] = [0, 0, '']
  while (status !== 429 && tries < 12) {
    const answer = await visitor.request.post('/desk/login', { form: { csrf, email, password: 'wrong password' } })
    ;[tries, status, page] = [tries + 1, answer.status(), await answer.text()]
  }
  expect(status).toBe(429)
  expect(tries).toBeLessThanOrEqual(11)
  expect(page).toContain('name="password"')
})

test('signing out ends the session itself, not only its cookie', async ({ browser, demo }) => {
  const page = await (await browser.newContext()).newPage()
  await signIn(page, accountOf(demo, 'evelien'))
  const kept = await page.context().storageState()
  await page.getByRole('button', { name: 'Afmelden' }).click()
  const thief = await (await browser.newContext({ storageState: kept })).newPage()
  await thief.goto('/desk/queue')
  await expect(thief).toHaveURL(/\/desk\/login/)
  await thief.context().close()
  await page.context().close()
})

async function signInHere(page: Parameters<typeof signIn>[0], account: { email: string; password: string }) {
  await page.locator('[name="email"]').fill(account.email)
  await page.locator('[name="password"]').fill(account.password)
  await page.locator('form:has([name="password"]) button').click()
  await page.waitForURL((url) => url.pathname.startsWith('/desk') && !url.pathname.endsWith('/login'))
}
