import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { get } from 'node:http'
import { expect, test } from '../support/e2e'

test('a form that was sent from another site is refused, and so is one from nowhere', async ({ visitor, demo }) => {
  await visitor.goto('/nl/requests/new')
  const csrf = await visitor.locator('form:has([name="email"]) [name="csrf"]').inputValue()
  const form = { csrf, kind: 'access', name: 'Bea', email: 'bea@example.nl' }
  for (const path of ['/nl/requests/new', '/nl/verify', '/nl/sign-in', '/desk/login'])
    for (const origin of ['https://evil.example', 'null', `${demo.portalUrl}.evil.example`, 'http://localhost:1']) {
      const answer = await visitor.request.post(path, { form, headers: { origin }, maxRedirects: 0 })
      expect.soft(answer.status(), `${path} from ${origin}`).toBe(403)
    }
})

test('a form without its token is refused with 400, and what was typed is kept', async ({ visitor }) => {
  const forged = await visitor.request.post('/nl/requests/new', {
    form: { kind: 'access', name: 'Bea Zoeker', email: 'bea@example.nl' },
    maxRedirects: 0,
  })
  expect(forged.status()).toBe(400)
  expect(await forged.text()).toContain('Bea Zoeker')
  for (const path of ['/nl/verify', '/nl/sign-in', '/desk/login']) {
    const answer = await visitor.request.post(path, { form: { email: 'a@b.nl' }, maxRedirects: 0 })
    expect.soft(answer.status(), path).toBe(400)
  }
})

test('pages of the portal carry no script and a policy that allows none; the desk’s scripts have a nonce', async ({
  visitor,
}) => {
  for (const path of ['/nl', '/en', '/nl/requests/new', '/nl/verify', '/nl/sign-in', '/nl/privacy', '/nl/nowhere']) {
    const answer = await visitor.goto(path)
    const policy = answer?.headers()['content-security-policy'] ?? ''
    expect.soft(policy, path).toContain("default-src 'none'")
    expect.soft(policy, path).not.toContain('script-src')
    expect.soft(policy, path).toContain("frame-ancestors 'none'")
    expect.soft(answer?.headers()['x-content-type-options'], path).toBe('nosniff')
    expect.soft(answer?.headers()['referrer-policy'], path).toBe('same-origin')
    expect.soft(answer?.headers()['cache-control'], path).toContain('no-store')
    const html = (await answer?.text()) ?? ''
    expect.soft(html, path).not.toMatch(/<script|javascript:|\son[a-z]+=|modulepreload|\sstyle=/i)
    expect.soft(html, path).not.toMatch(/(?:src|href)="https?:\/\/(?!localhost)/)
  }
  const desk = await visitor.goto('/desk/login')
  expect(desk?.headers()['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+'/)
  expect(desk?.headers()['content-security-policy']).not.toContain("script-src 'self' 'unsafe-inline'")
})

test('the form page and all that it needs are under 30 KB', async ({ visitor, demo }) => {
  const html = await fetchSizes(`${demo.portalUrl}/nl/requests/new`)
  await visitor.goto('/nl/requests/new')
  const parts = await visitor
    .locator('link[rel="stylesheet"], img, link[rel="preload"]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? ''))
  let total = html
  for (const part of parts) total += await fetchSizes(new URL(part, demo.portalUrl).href)
  expect(total).toBeLessThanOrEqual(30 * 1024)
})

test('what is not there is said in a page, in the language of its address, with status 404', async ({ visitor }) => {
  for (const [path, words] of [
    ['/nl/nowhere', 'Fietsenwinkel De Spaak'],
    ['/en/nowhere', 'Fietsenwinkel De Spaak'],
  ] as const) {
    const answer = await visitor.goto(path)
    expect(answer?.status()).toBe(404)
    await expect(visitor.locator('body')).toContainText(words)
    await expect(visitor.locator('html')).toHaveAttribute('lang', path.slice(1, 3))
  }
  for (const path of ['/fr', '/nl/%E0%A4%A', '/wp-login.php', '/desk/nowhere', '/.env', '/dev/nothing']) {
    const status = (await visitor.request.get(path, { maxRedirects: 0 })).status()
    expect.soft(status, path).toBeGreaterThanOrEqual(300)
    expect.soft(status, path).toBeLessThan(500)
  }
})

test('the demo listens on this machine only and says that its data is made up', async ({ visitor }) => {
  await visitor.goto('/nl')
  await expect(visitor.locator('body')).toContainText('demo')
  expect((await visitor.request.get('/healthz')).status()).toBe(200)
  expect((await visitor.request.get('/readyz')).status()).toBe(200)
})

/** Bytes of an answer as it travels, compressed. */
function fetchSizes(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(address, { headers: { 'accept-encoding': 'br, gzip' } }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        const body = Buffer.concat(parts)
        const encoding = response.headers['content-encoding']
        // it must be what it says it is
        if (encoding === 'br') brotliDecompressSync(body)
        else if (encoding === 'gzip') gunzipSync(body)
        resolve(body.length)
      })
    }).once('error', reject)
  })
}
