import type { CDPSession, Page } from '@playwright/test'
import { accountOf, signIn } from '../support/e2e/desk'
import { expect, test } from '../support/e2e'

/** Gives this page's browser an authenticator that knows its owner's finger. */
async function withAuthenticator(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return { cdp, authenticatorId }
}

const signOut = (page: Page) => page.getByRole('button', { name: 'Afmelden' }).click()

test('a passkey signs its owner in, shows their presence, and opens nothing once it is removed or copied', async ({
  browser,
  demo,
}) => {
  const page = await (await browser.newContext()).newPage()
  const account = accountOf(demo, 'evelien')
  await signIn(page, account)
  const { cdp, authenticatorId } = await withAuthenticator(page)

  await page.goto('/desk/account/security')
  await page.locator('form[data-passkey="add"] [name="name"]').fill('Laptop')
  await page.getByRole('button', { name: 'Toegangssleutel toevoegen' }).click()
  await expect(page.getByRole('rowheader', { name: 'Laptop' })).toBeVisible()
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials).toHaveLength(1)

  await signOut(page)
  await page.goto('/desk/login')
  await page.getByRole('button', { name: 'Aanmelden met een toegangssleutel' }).click()
  await expect(page).toHaveURL(/\/desk\/queue/)
  await page.goto('/desk/presence?next=/desk/staff')
  await page.getByRole('button', { name: 'Verder met een toegangssleutel' }).click()
  await expect(page).toHaveURL(/\/desk\/staff/)

  // what was signed once is worth nothing a second time
  await signOut(page)
  await page.goto('/desk/login')
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.postData()?.includes('response=') === true),
    page.getByRole('button', { name: 'Aanmelden met een toegangssleutel' }).click(),
  ])
  await expect(page).toHaveURL(/\/desk\/queue/)
  await signOut(page)
  const replayed = await page.request.post('/desk/login/passkey', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    data: sent.postData() ?? '',
    maxRedirects: 0,
  })
  expect(replayed.headers()['location']).toBe('/desk/login?said=passkey_refused')

  // a copy of the key, whose counter stands where the original's stood before
  const [key] = credentials
  if (!key) throw new Error('The authenticator holds no key')
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: key.credentialId })
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...key, signCount: 0 } })
  await page.goto('/desk/login')
  await page.getByRole('button', { name: 'Aanmelden met een toegangssleutel' }).click()
  await expect(page).toHaveURL(/said=passkey_refused/)

  // beside a password it is the second step; once it is removed it opens nothing, and the password is enough again
  const original = { ...key, signCount: 1_000 }
  await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: key.credentialId })
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: original })
  await page.locator('[name="email"]').fill(account.email)
  await page.locator('[name="password"]').fill(account.password)
  await page.locator('form:has([name="password"]) button').click()
  await expect(page).toHaveURL(/\/desk\/login\/second/)
  await page.locator('form[data-passkey="use"] button').click()
  await expect(page).toHaveURL(/\/desk\/queue/)
  await page.goto('/desk/account/security')
  await page.getByRole('button', { name: 'Laptop verwijderen' }).click()
  await expect(page.getByRole('rowheader', { name: 'Laptop' })).toHaveCount(0)
  await signOut(page)
  await page.goto('/desk/login')
  await page.getByRole('button', { name: 'Aanmelden met een toegangssleutel' }).click()
  await expect(page).toHaveURL(/said=passkey_refused/)
  await signIn(page, account)
  await page.context().close()
})
