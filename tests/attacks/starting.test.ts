import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { markAsDemo } from '~/platform/master-key.server'
import { inTransaction } from '~/platform/runtime.server'
import { testRuntime } from '~tests/support/runtime'
import { cleanEnvironment, freePort, projectFolder, runProgram } from './running-demo'

let directory: string
const production = join(projectFolder, 'build', 'production')

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'privacybalie-refused-'))
  const built = await runProgram(['build'], cleanEnvironment())
  expect([built.code, built.stderr]).toEqual([0, built.stderr])
}, 300_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

const start = (words: string[], more: Record<string, string>) =>
  runProgram(words, { ...cleanEnvironment(), PRIVACYBALIE_DATA_DIR: directory, ...more })

test.each([
  [{ NODE_ENV: 'production' }, 'NODE_ENV'],
  [{ PUBLIC_URL: 'https://privacy.example.nl' }, 'PUBLIC_URL'],
  [{ PUBLIC_URL: 'http://0.0.0.0:3000' }, 'PUBLIC_URL'],
])(
  'a demo refuses to be reached from outside: %j',
  async (setting, named) => {
    const { code, stderr } = await start(['demo'], { ...setting, PORT: String(await freePort()) })
    expect(code).toBe(1)
    expect(stderr).toContain(named)
    expect(existsSync(join(directory, 'demo.json'))).toBe(false)
    // the first of them builds the pages
  },
  300_000,
)

test('production names every setting that is missing at once, and no secret', async () => {
  const { code, stderr } = await start(['serve'], {})
  expect(code).toBe(1)
  for (const name of ['DATABASE_URL', 'PRIVACYBALIE_MASTER_KEY', 'PUBLIC_URL', 'MAIL_TRANSPORT'])
    expect(stderr).toContain(name)
  const wrong = await start(['serve'], {
    DATABASE_URL: 'mysql://gebruiker:geheim-wachtwoord@host/db',
    PRIVACYBALIE_MASTER_KEY: 'geheim-en-te-kort',
    PORT: 'tachtig',
  })
  expect(wrong.code).toBe(1)
  for (const name of ['DATABASE_URL', 'PRIVACYBALIE_MASTER_KEY', 'PORT']) expect(wrong.stderr).toContain(name)
  expect(wrong.stderr).not.toMatch(/geheim/)
})

const settings = {
  DATABASE_URL: 'postgres://gebruiker:geheim-wachtwoord@127.0.0.1:1/db',
  PRIVACYBALIE_MASTER_KEY: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'https://privacy.example.nl',
  MAIL_TRANSPORT: 'smtp',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'privacy@example.nl',
}

test.each([
  [{ NODE_ENV: 'production', MAIL_TRANSPORT: 'mailbox' }, 'MAIL_TRANSPORT'],
  [{ NODE_ENV: 'production', PRIVACYBALIE_CLOCK: '+P30D' }, 'PRIVACYBALIE_CLOCK'],
  [{ PUBLIC_URL: 'http://privacy.example.nl' }, 'PUBLIC_URL'],
])('production refuses %j', async (setting, named) => {
  const { code, stderr } = await start(['serve'], { ...settings, ...setting })
  expect(code).toBe(1)
  expect(stderr).toContain(named)
})

test('production refuses the database of a demo, and a database that is away without a word about its password', async () => {
  const away = await start(['serve'], settings)
  expect(away.code).toBe(1)
  expect(away.stdout + away.stderr).not.toContain('geheim-wachtwoord')

  const key = randomBytes(32)
  const own = await testRuntime()
  await inTransaction(own.runtime, (tx) => markAsDemo(tx, own.clock))
  const url = new URL(own.ownerUrl)
  url.username = 'privacybalie_app'
  const { code, stderr } = await start(['serve'], {
    ...settings,
    DATABASE_URL: url.href,
    DATABASE_OWNER_URL: own.ownerUrl,
    PRIVACYBALIE_MASTER_KEY: key.toString('base64'),
    PORT: String(await freePort()),
  })
  await own.close()
  expect([code, stderr]).toEqual([1, expect.stringContaining('names the database of a demo')])
}, 120_000)

test('the development mailbox is no part of the production bundle, and no server code is part of a browser’s', async () => {
  const files = (await readdir(production, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const texts = await Promise.all(
    files
      .filter(({ name }) => /\.(m?js|json|css)$/.test(name))
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name)
        return { path, text: await readFile(path, 'utf8') }
      }),
  )
  expect(texts.length).toBeGreaterThan(5)
  for (const { path, text } of texts) {
    expect([path, text.includes('dev/mailbox.json')]).toEqual([path, false])
    expect([path, /routes\/dev\//.test(text)]).toEqual([path, false])
    if (path.startsWith(join(production, 'client')))
      expect([
        path,
        /PRIVACYBALIE_MASTER_KEY|argon2|graphile|postgres:\/\/[^\s@"]*@(?!host:)|createHmac/.exec(text)?.[0],
      ]).toEqual([path, undefined])
  }
})
