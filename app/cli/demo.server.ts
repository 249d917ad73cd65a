import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { z } from 'zod'
import { removeEmbedded } from '~db/embedded'
import type { Embedded } from '~db/embedded'
import { fillDemoCrm } from '~db/demo/fill-crm'
import { askForScan } from '~/retention/overview.server'
import type { Runtime } from '~/platform/runtime.server'
import { isLoopback } from '~/platform/settings.server'
import type { EnvironmentSettings } from '~/platform/settings.server'
import { forgetAdapters } from '~/systems/open-adapters.server'
import type { Launch } from './main'
import { furnishOrganisation } from './demo-organisation.server'
import type { DemoStaffMember } from './demo-organisation.server'
import { playDemoRequests } from './demo-requests.server'
import { SettingsError, dataFolderOf, embeddedDatabase, openRuntime, settingsOrThrow } from './open-runtime.server'
import type { OpenRuntime } from './open-runtime.server'
import { startProcess, untilStopped } from './serve.server'

/** `npm run demo`: everything on this machine, reachable from this machine only. */
export async function demo(launch: Launch, { fresh }: { fresh: boolean }): Promise<void> {
  const settings = { ...settingsOrThrow(), DATABASE_URL: undefined, DATABASE_OWNER_URL: undefined }
  refuseOutside(settings)
  const folder = dataFolderOf(settings)
  if (fresh) await startAnew(folder)
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const port = await freePort(settings.PORT ?? 3000)
  const open = await openRuntime(settings, { demo: true, maxConnections: 10 })
  const { embedded } = open
  if (!embedded) throw new Error('The demo works with its own PostgreSQL only')
  const publicUrl = settings.PUBLIC_URL ?? `http://localhost:${port}`
  const runtime: Runtime = { ...open.runtime, publicUrl: publicUrl.replace(/\/+$/, '') }
  const { url: crmUrl, made } = await demoCrm(embedded, runtime)
  const staff = await furnishOrganisation(runtime, { crmUrl, known: passwordsOf(folder), newPassword })
  // Before the jobs begin, so that no worker takes a run out of the hands of the day on which it is played.
  if (made) await playOrEnd(open, runtime)
  const running = await startProcess({ ...open, runtime }, launch, { role: 'all', host: '127.0.0.1', port })
  writeDemoFile(folder, {
    portalUrl: `http://localhost:${running.port}`,
    deskUrl: `http://localhost:${running.port}/desk`,
    mailboxUrl: `http://localhost:${running.port}/dev/mailbox`,
    crmUrl,
    staff,
  })
  // What the night would bring, at once: a newcomer does not wait for it.
  await askForScan(runtime)
  announce(
    running.port,
    staff,
    settings.PORT !== undefined && settings.PORT !== 0 && settings.PORT !== running.port ? settings.PORT : null,
  )
  await untilStopped()
  process.stderr.write('\nStopping …\n')
  await running.close()
  await forgetAdapters()
}

/** Half a demo would be taken for a whole one: it ends, and says how it is made anew. */
async function playOrEnd(open: OpenRuntime, runtime: Runtime): Promise<void> {
  try {
    await playDemoRequests(runtime)
  } catch (error) {
    await forgetAdapters()
    await open.close()
    const words = 'The requests of the demo could not be played; try it anew with `npm run demo -- --fresh`'
    throw new Error(words, { cause: error })
  }
}

/** The demo holds known data and an open mailbox: it is for this machine only. */
function refuseOutside(settings: EnvironmentSettings): void {
  const problems = []
  if (settings.NODE_ENV === 'production')
    problems.push({ name: 'NODE_ENV', problem: 'is production: the demo is not for that' })
  if (settings.PUBLIC_URL && !isLoopback(new URL(settings.PUBLIC_URL).hostname))
    problems.push({ name: 'PUBLIC_URL', problem: 'is not on this machine: the demo must not be reached from outside' })
  if (problems.length > 0) throw new SettingsError(problems)
}

async function startAnew(folder: string): Promise<void> {
  await removeEmbedded({ dataDir: folder })
  for (const name of ['demo.json', 'master.key']) rmSync(join(folder, name), { force: true })
}

/** The wished port, or the next free one: a second demo or another program must not stop somebody's first look. */
async function freePort(wish: number): Promise<number> {
  const { createServer } = await import('node:net')
  for (let port = wish; port < wish + 50; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free || port === 0) return port
  }
  throw new SettingsError([{ name: 'PORT', problem: `${wish} and the 49 ports after it are in use` }])
}

/** The demo CRM in the same cluster, filled once, with a role of its own. */
async function demoCrm(embedded: Embedded, runtime: Runtime): Promise<{ url: string; made: boolean }> {
  const url = await embeddedDatabase(embedded, 'de_spaak', 'de_spaak')
  const sql = postgres(embedded.superuserUrl('de_spaak'), { max: 1, onnotice: () => undefined })
  try {
    await sql`alter database de_spaak owner to de_spaak`
    await sql`alter schema public owner to de_spaak`
    const [row] = await sql<{ there: boolean }[]>`select to_regclass('public.customers') is not null as there`
    if (row?.there) return { url, made: false }
  } finally {
    await sql.end({ timeout: 5 })
  }
  await fillDemoCrm({ url, today: runtime.clock.now().toZonedDateTimeISO('Europe/Amsterdam').toPlainDate() })
  return { url, made: true }
}

const demoFile = z.object({
  portalUrl: z.string(),
  deskUrl: z.string(),
  mailboxUrl: z.string(),
  crmUrl: z.string(),
  staff: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
})

function passwordsOf(folder: string): Map<string, string> {
  const file = join(folder, 'demo.json')
  if (!existsSync(file)) return new Map()
  try {
    const parsed = demoFile.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return new Map(parsed.success ? parsed.data.staff.map((member) => [member.email, member.password]) : [])
  } catch {
    return new Map()
  }
}

function newPassword(): string {
  return randomBytes(12).toString('base64url')
}

function writeDemoFile(folder: string, content: z.infer<typeof demoFile>): void {
  writeFileSync(join(folder, 'demo.json'), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
}

function announce(port: number, staff: DemoStaffMember[], wished: number | null): void {
  const lines = [
    ...(wished === null ? [] : [`Port ${wished} is in use, so it is ${port}.`]),
    `Portal   http://localhost:${port}`,
    `Desk     http://localhost:${port}/desk`,
    `Mailbox  http://localhost:${port}/dev/mailbox`,
    ...staff.map((member) => `  ${member.role.padEnd(9)} ${member.email.padEnd(34)} ${member.password}`),
    `Privacybalie demo is ready on http://localhost:${port} (made-up data, this machine only; Ctrl-C stops it)`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
