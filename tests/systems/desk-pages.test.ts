import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RequestContext } from '~/platform/context.server'
import { csrfToken } from '~/platform/forms.server'
import { inTransaction } from '~/platform/runtime.server'
import * as list from '~/routes/desk/systems'
import * as add from '~/routes/desk/systems.new'
import * as about from '~/routes/desk/systems.$system'
import * as changes from '~/routes/desk/systems.$system.changes'
import * as connection from '~/routes/desk/systems.$system.connection'
import * as details from '~/routes/desk/systems.$system.details'
import * as mapFile from '~/routes/desk/systems.$system.map-file'
import * as mapEntry from '~/routes/desk/systems.$system.map-entry'
import * as mapPage from '~/routes/desk/systems.$system.map'
import * as standing from '~/routes/desk/systems.$system.standing'
import { acceptInvitation, inviteStaff } from '~/staff/invite.server'
import { signIn } from '~/staff/sign-in.server'
import { findSystem } from '~/systems/registry.server'
import { map, smallCrm, type SmallCrm } from '~tests/erasure/small-crm'
import { testRuntime, type TestRuntime } from '~tests/support/runtime'

const password = 'vlinder-tandem-kruiwagen-91'

describe('the systems at the desk', () => {
  let own: TestRuntime
  let crm: SmallCrm
  let session: string
  beforeAll(async () => {
    own = await testRuntime()
    crm = await smallCrm('postgres')
    const { runtime } = own
    runtime.settings = { ...runtime.settings, ALLOWED_SYSTEM_HOSTS: ['127.0.0.1', 'localhost', '::1'] }
    const person = { email: 'admin@spaak.example', name: 'Ada', role: 'admin', language: 'nl', by: null } as const
    const invited = await inTransaction(runtime, (tx) =>
      inviteStaff(tx, runtime, { ...person, organisation: 'De Spaak' }),
    )
    if (!invited.ok) throw new Error(invited.reason)
    await inTransaction(runtime, (tx) =>
      acceptInvitation(tx, runtime, { token: invited.token, password, passwordAgain: password }),
    )
    const signedIn = await signIn(runtime, new Request('http://localhost:3000/desk'), {
      email: person.email,
      password,
      clientAddress: '127.0.0.1',
    })
    if (!signedIn.ok) throw new Error(signedIn.reason)
    session = signedIn.cookies.map((cookie) => cookie.split(';')[0]).join('; ')
  })
  afterAll(async () => {
    await crm.close()
    await own.close()
  })

  type Handler = (args: never) => Promise<unknown>
  const call = async (handler: Handler, path: string, body?: Record<string, string> | FormData) => {
    const { runtime } = own
    const headers = { Cookie: `csrf=desk-test; ${session}` }
    const csrf = csrfToken(runtime, 'desk-test')
    if (body instanceof FormData) body.set('csrf', csrf)
    const init = body
      ? { method: 'POST', body: body instanceof FormData ? body : new URLSearchParams({ csrf, ...body }) }
      : {}
    const request = new Request(`http://localhost:3000/desk/systems${path}`, { headers, ...init })
    const context: RequestContext = { runtime, nonce: 'n', csrf, clientAddress: '127.0.0.1', requestId: 'r' }
    const args = { request, params: { system: /^\/([^/?]+)/.exec(path)?.[1] }, context }
    const answer = await handler(args as never).catch((thrown: unknown) => {
      if (thrown instanceof Response) return thrown
      throw thrown
    })
    if (answer instanceof Response)
      return { status: answer.status, to: answer.headers.get('Location'), text: await answer.text(), data: null }
    const wrapped = answer as { data?: unknown; init?: ResponseInit | null }
    const given = 'init' in wrapped ? wrapped.data : answer
    return { status: wrapped.init?.status ?? 200, to: null, text: JSON.stringify(given), data: given as never }
  }

  test('a system is connected, and no page ever shows its credentials again', async () => {
    const wrong = await call(add.action, '/new', { key: 'shop', engine: 'postgres', url: 'mysql://u:geheim@h/db' })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain('url_wrong')
    expect(wrong.text).not.toContain('geheim')
    expect((await call(add.action, '/new', { key: 'Shop!', engine: 'postgres', url: crm.url })).text).toContain(
      'key_wrong',
    )
    const made = await call(add.action, '/new', { key: 'shop', engine: 'postgres', url: crm.url, scanUrl: crm.url })
    expect([made.status, made.to]).toEqual([303, '/desk/systems/shop'])
    const { username, password: secret, pathname } = new URL(crm.url)
    for (const [handler, path] of [
      [list.loader, ''],
      [about.loader, '/shop'],
      [connection.loader, '/shop/connection'],
    ] as const) {
      const { text } = await call(handler, path)
      expect(text).toContain('shop')
      if (secret) expect(text).not.toContain(secret)
      expect(text).not.toContain(`${username}:`)
    }
    expect((await call(about.loader, '/shop')).text).toContain(pathname)
    expect((await call(about.action, '/shop', {})).data).toMatchObject({ tested: { ok: true } })
  })

  test('a map is checked with line and column, uploaded, applied, downloaded and compared', async () => {
    const bad = await call(mapPage.action, '/shop/map', { yaml: map.replace('email: email,', 'email: e_mail,') })
    expect(bad.status).toBe(400)
    expect(bad.data).toMatchObject({
      problem: 'map_problems',
      checked: { problems: [expect.objectContaining({ line: 9, mend: expect.stringContaining('email') as string })] },
    })
    const checked = await call(mapPage.action, '/shop/map', { yaml: map })
    expect([checked.status, checked.data]).toMatchObject([200, { problem: null, yaml: map }])
    expect((await call(mapFile.loader, '/shop/map.yaml')).status).toBe(404)
    const upload = new FormData()
    upload.set('yaml', 'nonsense: true')
    upload.set('file', new File([map], 'shop.yaml', { type: 'application/yaml' }))
    upload.set('intent', 'apply')
    expect((await call(mapPage.action, '/shop/map', upload)).to).toBe('/desk/systems/shop/map?applied=1')
    expect((await call(mapFile.loader, '/shop/map.yaml')).text).toBe(map)
    const second = map.replace('with: empty}}\n    keep_for', 'with: pseudonym}}\n    keep_for')
    expect((await call(mapPage.action, '/shop/map', { yaml: second, intent: 'apply' })).status).toBe(303)
    expect((await call(changes.loader, '/shop/changes')).data).toMatchObject({
      from: 1,
      to: 2,
      changes: [{ path: 'tables.invoices.columns.billing_name.with', before: '"empty"', after: '"pseudonym"' }],
      versions: [{ version: 2, by: 'Ada' }, { version: 1 }],
    })
  })

  test('what the map says stands beside what the database has, table by table and column by column', async () => {
    await crm.run('alter table tickets add column rating integer')
    const { data } = await call(mapPage.loader, '/shop/map?table=tickets')
    expect(data).toMatchObject({
      table: {
        id: 'tickets',
        inDatabase: true,
        columns: expect.arrayContaining([
          { name: 'body', type: 'text', category: 'content', with: 'empty' },
          { name: 'rating', type: 'integer', category: null, with: null },
        ]) as unknown,
      },
      tables: expect.arrayContaining([
        expect.objectContaining({ id: 'chatter', inMap: 'not_personal', mapped: 0 }),
      ]) as unknown,
    })
    expect((await call(mapPage.loader, '/shop/map?draft')).text).toContain('version: 1')
  })

  test('one column or table is changed by a form, comments stay, and what does not fit is refused', async () => {
    const at = (query: string) => `/shop/map/entry?${query}`
    const shown = await call(mapEntry.loader, at('table=tickets&column=body'))
    expect(shown.data).toMatchObject({ column: { type: 'text' }, entry: { category: 'content', with: 'empty' } })
    const commented = map.replace('tables:', '# for the privacy officer\ntables:')
    const applied = await call(mapPage.action, '/shop/map', { yaml: commented, intent: 'apply' })
    const version = applied.to?.replace(/.*applied=/, '') ?? ''
    const change = (fields: Record<string, string>) =>
      call(mapEntry.action, at('table=tickets'), { version, table: 'tickets', ...fields })
    const wrong = await change({ column: 'rating', category: 'profile', with: 'redact', labelNl: 'Cijfer' })
    expect([wrong.status, wrong.data]).toMatchObject([400, { problem: 'map_problems', typed: { labelNl: 'Cijfer' } }])
    expect((await change({ column: 'rating', category: 'profile', with: '{generalise: ' })).text).toContain(
      'with_unread',
    )
    const good = await change({
      column: 'rating',
      category: 'profile',
      with: '{generalise: 2}',
      labelNl: 'Cijfer',
      labelEn: '',
    })
    expect(good.status).toBe(303)
    const { text } = await call(mapFile.loader, '/shop/map.yaml')
    expect(text).toContain('# for the privacy officer')
    expect(text).toContain('rating: {category: profile, with: {generalise: 2}, label: {nl: Cijfer}}')
    expect((await change({ column: '', erase: 'keep' })).text).toContain('map_changed')
    expect((await call(mapEntry.loader, at('table=nowhere'))).status).toBe(404)
  })

  test('the details for the register are kept, and a wrong date is said beside what was typed', async () => {
    const typed = {
      provider: 'Wolk B.V.',
      role: 'processor',
      agreement: 'VO-12',
      reviewOn: '2026-01-31',
      country: 'nl',
    }
    const wrong = await call(details.action, '/shop/details', { ...typed, reviewOn: 'morgen' })
    expect([wrong.status, wrong.data]).toMatchObject([400, { wrong: ['reviewOn'], typed: { provider: 'Wolk B.V.' } }])
    expect((await call(details.action, '/shop/details', typed)).status).toBe(303)
    expect((await call(about.loader, '/shop')).data).toMatchObject({ details: { ...typed, country: 'NL' } })
  })

  test('what changes a connection, applies a map or removes a system asks for the password after a while', async () => {
    own.clock.advance({ minutes: 16 })
    for (const [handler, path, body] of [
      [connection.action, '/shop/connection', { url: crm.url }],
      [standing.action, '/shop/standing', { standing: 'off' }],
      [mapPage.action, '/shop/map', { yaml: map, intent: 'apply' }],
      [add.action, '/new', { key: 'other', engine: 'manual' }],
    ] as const) {
      const { status, text } = await call(handler, path, body)
      expect([path, status]).toEqual([path, 400])
      expect(text).toContain('password_needed')
    }
    const changed = await call(connection.action, '/shop/connection', { dropScan: '1', password })
    expect(changed.status).toBe(303)
    expect((await findSystem(own.runtime.db, 'shop'))?.scanUrlSealed).toBeNull()
  })

  test('a system is switched off, on again, and removed for good', async () => {
    expect((await call(standing.action, '/shop/standing', {})).text).toContain('standing_missing')
    await call(standing.action, '/shop/standing', { standing: 'off' })
    expect(await findSystem(own.runtime.db, 'shop')).toBeUndefined()
    expect((await call(list.loader, '')).data).toMatchObject({ systems: [], disabled: [{ key: 'shop' }] })
    expect((await call(mapPage.action, '/shop/map', { yaml: map, intent: 'apply' })).text).toContain('is_off')
    await call(standing.action, '/shop/standing', { standing: 'on' })
    expect((await call(about.action, '/shop', {})).data).toMatchObject({ tested: { ok: true } })
    await call(standing.action, '/shop/standing', { standing: 'off' })
    expect((await call(standing.action, '/shop/standing', { standing: 'removed' })).to).toBe(
      '/desk/systems?removed=shop',
    )
    expect((await call(list.loader, '')).data).toMatchObject({ systems: [], disabled: [] })
    expect((await call(about.loader, '/shop')).status).toBe(404)
  })
})
