import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { isLoopback, productionProblems, readSettings, secretNames, settingsSchema } from '~/platform/settings.server'
import type { EnvironmentSettings } from '~/platform/settings.server'

const folder = mkdtempSync(join(tmpdir(), 'privacybalie-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, text: string) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function settingsOf(environment: Record<string, string>): EnvironmentSettings {
  const read = readSettings(environment)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

function namesOf(environment: Record<string, string>): string[] {
  const read = readSettings(environment)
  return read.ok ? [] : read.problems.map((problem) => problem.name)
}

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://app:secret@db/privacybalie',
  PRIVACYBALIE_MASTER_KEY: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'https://privacy.example.nl',
  MAIL_TRANSPORT: 'smtp',
  SMTP_URL: 'smtp://mail.example.nl',
  MAIL_FROM: 'Privacy <privacy@example.nl>',
}

describe('settings', () => {
  test('may all be absent', () => {
    expect(settingsOf({})).toEqual({ TRUSTED_PROXIES: [], ALLOWED_SYSTEM_HOSTS: [] })
  })

  test('that are empty count as absent, as compose files hand them over', () => {
    const empty = Object.fromEntries(Object.keys(settingsSchema.shape).map((name) => [name, '']))
    expect(settingsOf(empty)).toEqual(settingsOf({}))
  })

  test('that are wrong are all named at once', () => {
    const wrong = {
      DATABASE_URL: 'mysql://db',
      DATABASE_OWNER_URL: 'db',
      PRIVACYBALIE_MASTER_KEY: 'short',
      PUBLIC_URL: 'privacy.example.nl',
      PORT: '70000',
      MAIL_TRANSPORT: 'pigeon',
      SMTP_URL: 'https://mail.example.nl',
      MAIL_FROM: 'nobody',
      PRIVACYBALIE_CLOCK: 'yesterday',
      LOG_LEVEL: 'loud',
      NODE_ENV: 'staging',
      RESEND_API_KEY_FILE: join(folder, 'absent'),
    }
    expect(new Set(namesOf(wrong))).toEqual(new Set(Object.keys(wrong)))
  })

  test('never repeat a secret when they say what is wrong with it', () => {
    for (const name of secretNames) {
      const secret = `hunter2-${name}`
      expect(JSON.stringify(readSettings({ [name]: secret }))).toMatch(/"ok":(false|true)/)
      const read = readSettings({ [name]: secret, PORT: 'x' })
      expect(read.ok).toBe(false)
      expect(JSON.stringify(read)).not.toContain(secret)
    }
  })

  test('that are secrets may lie in a file, without the line end that editors add', () => {
    for (const name of secretNames) {
      const value = name === 'SMTP_URL' ? 'smtp://u:p@mail' : name.endsWith('_URL') ? 'postgres://db/x' : 'k'
      const given = name === 'PRIVACYBALIE_MASTER_KEY' ? production.PRIVACYBALIE_MASTER_KEY : value
      expect(settingsOf({ [`${name}_FILE`]: file(name, `${given}\n`) })[name], name).toBe(given)
    }
  })

  test('name the file that can’t be read beside everything else that is wrong', () => {
    expect(namesOf({ SMTP_URL_FILE: join(folder, 'absent'), PORT: '-1' }).sort()).toEqual(['PORT', 'SMTP_URL_FILE'])
    expect(namesOf({ SMTP_URL_FILE: join(folder, 'absent') })).toEqual(['SMTP_URL_FILE'])
  })

  test('check what lies in a file as strictly as what stands in the environment', () => {
    expect(namesOf({ PRIVACYBALIE_MASTER_KEY_FILE: file('short', 'c2hvcnQ=') })).toEqual(['PRIVACYBALIE_MASTER_KEY'])
  })

  test('take lists with commas, spaces or both', () => {
    expect(settingsOf({ TRUSTED_PROXIES: ' 10.0.0.1, 10.1.0.0/16\n::1,' }).TRUSTED_PROXIES).toEqual([
      '10.0.0.1',
      '10.1.0.0/16',
      '::1',
    ])
  })

  test('take a clock that the program can set, and no other', () => {
    for (const good of ['2026-03-02T10:00:00Z', '2026-03-02T10:00:00.5+01:00', '+P30D', '-PT2H'])
      expect(settingsOf({ PRIVACYBALIE_CLOCK: good }).PRIVACYBALIE_CLOCK).toBe(good)
    for (const bad of ['2026-03-02', '2026-03-02T10:00:00', '2026-13-45T10:00:00Z', 'P30D', '+Pxyz'])
      expect(namesOf({ PRIVACYBALIE_CLOCK: bad }), bad).toEqual(['PRIVACYBALIE_CLOCK'])
  })

  test('each say what they mean', () => {
    for (const [name, schema] of Object.entries(settingsSchema.shape))
      expect(schema.description, name).toMatch(/^[A-Z0-9p].+\.$/)
  })
})

describe('production', () => {
  const problems = (changed: Record<string, string>) =>
    productionProblems(settingsOf({ ...production, ...changed })).map((problem) => problem.name)

  test('starts with these settings', () => {
    expect(problems({})).toEqual([])
  })

  test('says everything that is missing at once', () => {
    expect(productionProblems(settingsOf({})).map((problem) => problem.name)).toEqual([
      'DATABASE_URL',
      'PRIVACYBALIE_MASTER_KEY',
      'PUBLIC_URL',
      'MAIL_TRANSPORT',
    ])
  })

  test('asks for what the chosen way of mailing needs', () => {
    expect(problems({ SMTP_URL: '' })).toEqual(['SMTP_URL'])
    expect(problems({ MAIL_TRANSPORT: 'resend' })).toEqual(['RESEND_API_KEY'])
    expect(problems({ MAIL_FROM: '' })).toEqual(['MAIL_FROM'])
  })

  test('refuses the development mailbox and a clock that was set', () => {
    expect(problems({ MAIL_TRANSPORT: 'mailbox' })).toEqual(['MAIL_TRANSPORT'])
    expect(problems({ PRIVACYBALIE_CLOCK: '+P1D' })).toEqual(['PRIVACYBALIE_CLOCK'])
  })

  test('takes plain http on this machine only', () => {
    expect(problems({ PUBLIC_URL: 'http://privacy.example.nl' })).toEqual(['PUBLIC_URL'])
    for (const url of ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
      expect(problems({ PUBLIC_URL: url }), url).toEqual([])
    for (const name of ['localhost.example.nl', '1.127.0.0', '127.example.nl']) expect(isLoopback(name)).toBe(false)
  })
})
