import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import postgres from 'postgres'
import { z } from 'zod'
import { browserArguments, findBrowser } from './support/browser'
import startDemo from './support/e2e-setup'

// npm run screenshots: the pictures of the README, taken of a running demo, or of one that is started for it.

const root = join(import.meta.dirname, '..')
const pictures = join(root, 'docs', 'pictures')
const widths = [
  { width: 1440, height: 900, suffix: '' },
  { width: 360, height: 780, suffix: '-360' },
]

const demoSchema = z.object({
  portalUrl: z.string(),
  deskUrl: z.string(),
  mailboxUrl: z.string(),
  crmUrl: z.string(),
  staff: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
})
type Demo = z.infer<typeof demoSchema>

const mailsSchema = z.array(z.object({ to: z.string(), text: z.string(), at: z.string() }))

function readDemo(folder: string): Demo | undefined {
  const file = join(folder, 'demo.json')
  if (!existsSync(file)) return undefined
  const parsed = demoSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success ? parsed.data : undefined
}

/** The demo that runs in the usual place, else one of our own that ends with `stop`. */
async function demoToPhotograph(): Promise<{ demo: Demo; stop: () => Promise<void> }> {
  const known = readDemo(process.env.PRIVACYBALIE_DATA_DIR ?? join(root, '.data'))
  if (known && (await answers(known))) return { demo: known, stop: () => Promise.resolve() }
  const stop = await startDemo()
  const started = readDemo(process.env.PRIVACYBALIE_E2E_DIRECTORY ?? '')
  if (!started) throw new Error('The demo wrote no demo.json')
  return { demo: started, stop }
}

async function answers(demo: Demo): Promise<boolean> {
  return fetch(new URL('/readyz', demo.portalUrl)).then(
    (response) => response.ok,
    () => false,
  )
}

/** Sends the form that holds this field, and waits for the page that follows. */
async function submit(page: Page, field: string): Promise<void> {
  const button = page.locator(`form:has([name="${field}"]) >> css=button:not([type="button"])`)
  await Promise.all([page.waitForLoadState('load'), button.last().click()])
}

/** The newest code that was mailed to an address since `since`. */
async function codeFor(demo: Demo, address: string, since: string): Promise<string> {
  for (let tries = 0; tries < 120; tries++) {
    const mails = mailsSchema.parse(await (await fetch(`${demo.mailboxUrl}.json`)).json())
    const mail = mails.find(({ to, at }) => to.includes(address) && at >= since)
    const code = mail && /\d{6,8}/.exec(mail.text)?.[0]
    if (code) return code
    await sleep(500)
  }
  throw new Error(`No code came for ${address}`)
}

/** The e-mail address of a customer of the demo CRM whose request waits half-way for an answer (db/demo/requests.ts). */
async function addressOfCustomer(demo: Demo, id: number): Promise<string> {
  const sql = postgres(demo.crmUrl, { max: 1 })
  try {
    const [row] = await sql<{ email: string }[]>`select email from customers where id = ${id}`
    if (!row) throw new Error(`The demo CRM has no customer ${id}`)
    return row.email
  } finally {
    await sql.end()
  }
}

/** Comes back the way a customer does, by a code, and opens the request. */
async function openRequest(page: Page, demo: Demo): Promise<void> {
  const address = await addressOfCustomer(demo, 25)
  await page.goto(new URL('/nl/sign-in', demo.portalUrl).href)
  await page.locator('[name="email"]').fill(address)
  const since = new Date(Date.now() - 1000).toISOString()
  await submit(page, 'email')
  await page.locator('[name="code"]').fill(await codeFor(demo, address, since))
  await submit(page, 'code')
  await page.goto(new URL('/nl/requests', demo.portalUrl).href)
  const [reference] = /AVG-\d{4}-[0-9A-Z]{6}/.exec(await page.content()) ?? []
  if (!reference) throw new Error(`${address} has no request`)
  await page.goto(new URL(`/nl/requests/${reference}`, demo.portalUrl).href)
}

async function signIn(page: Page, demo: Demo): Promise<void> {
  const admin = demo.staff.find(({ role }) => role === 'admin')
  if (!admin) throw new Error('The demo has no admin')
  await page.goto(`${demo.deskUrl}/login`)
  await page.locator('[name="email"]').fill(admin.email)
  await page.locator('[name="password"]').fill(admin.password)
  await submit(page, 'password')
}

/** A demo that was just made still plays its requests: waits until the queue grows no more. */
async function settledQueue(page: Page, demo: Demo): Promise<void> {
  let before = -1
  for (let tries = 0; tries < 40; tries++) {
    await page.goto(`${demo.deskUrl}/queue`)
    const rows = await page.locator('table tbody tr').count()
    if (rows > 5 && rows === before) return
    before = rows
    await sleep(1500)
  }
  throw new Error('The queue of the demo stayed empty')
}

async function photograph(page: Page, name: string): Promise<void> {
  const wanted = page.viewportSize()
  for (const { width, height, suffix } of widths) {
    await page.setViewportSize({ width, height })
    const path = join(pictures, `${name}${suffix}.png`)
    await page.screenshot({ path })
    process.stdout.write(`${path}\n`)
  }
  if (wanted) await page.setViewportSize(wanted)
}

async function openPage(browser: Browser, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'nl-NL',
    timezoneId: 'Europe/Amsterdam',
    reducedMotion: 'reduce',
    javaScriptEnabled,
  })
  return context.newPage()
}

const executablePath = findBrowser()
const { demo, stop } = await demoToPhotograph()
const browser = await chromium.launch({ executablePath, args: [...browserArguments] })
try {
  mkdirSync(pictures, { recursive: true })
  const desk = await openPage(browser, true)
  await signIn(desk, demo)
  await settledQueue(desk, demo)
  await photograph(desk, 'desk')
  const portal = await openPage(browser, false)
  await openRequest(portal, demo)
  await photograph(portal, 'portal')
} finally {
  await browser.close()
  await stop()
}
