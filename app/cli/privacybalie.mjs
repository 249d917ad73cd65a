#!/usr/bin/env node
// Finds the program: the bundle where one is built from these very sources, else the TypeScript itself. `demo` and `dev`
// see to it that a bundle with the development mailbox is there; `serve` (npm start) wants the production one.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { whileAlone } from './build-lock.mjs'
import { builtFrom, sourcesFingerprint, writeFingerprint } from './fingerprint.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const [command] = process.argv.slice(2)

/** @param {'demo' | 'production'} kind */
async function runBundle(kind) {
  const folder = join(root, 'build', kind)
  // React chooses its edition by this name while it is loaded; our own settings read what was really given.
  const given = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  const build = await import(pathToFileURL(join(folder, 'server', 'index.js')).href)
  if (given === undefined) delete process.env.NODE_ENV
  else process.env.NODE_ENV = given
  await build.entry.module.main({ argv: process.argv, build, clientFolder: join(folder, 'client') })
}

/** @param {'demo' | 'production'} kind */
function makeBundle(kind) {
  const folder = join(root, 'build', kind)
  if (builtFrom(folder) === sourcesFingerprint(root)) return
  // Two at once would clear away each other's files.
  whileAlone(join(root, 'build', `${kind}.lock`), () => buildPages(kind, folder))
}

/**
 * @param {'demo' | 'production'} kind
 * @param {string} folder
 */
function buildPages(kind, folder) {
  const fingerprint = sourcesFingerprint(root)
  if (builtFrom(folder) === fingerprint) return
  process.stderr.write('Building the pages …\n')
  const remix = join(root, 'node_modules', '@remix-run', 'dev', 'dist', 'cli.js')
  const { status } = spawnSync(process.execPath, [remix, 'vite:build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production', PRIVACYBALIE_BUILD: kind === 'demo' ? 'demo' : '' },
  })
  if (status !== 0) process.exit(1)
  writeFingerprint(folder, fingerprint)
}

if (command === 'build') {
  makeBundle('production')
} else if (command === 'demo') {
  makeBundle('demo')
  await runBundle('demo')
} else if (command === 'dev') {
  process.env.PRIVACYBALIE_BUILD = 'demo'
  const { createServer } = await import('vite')
  const vite = await createServer({ root, server: { middlewareMode: true }, appType: 'custom' })
  const load = () => vite.ssrLoadModule('virtual:remix/server-build')
  const build = await load()
  await build.entry.module.main({
    argv: process.argv,
    build: load,
    before: vite.middlewares,
    onClose: () => vite.close(),
  })
} else if (command === 'serve') {
  if (!existsSync(join(root, 'build', 'production', 'server', 'index.js'))) {
    process.stderr.write('There is no production build yet: run `npm run build` first.\n')
    process.exit(1)
  }
  await runBundle('production')
} else {
  const fingerprint = sourcesFingerprint(root)
  const kind = ['production', 'demo'].find((name) => builtFrom(join(root, 'build', name)) === fingerprint)
  if (kind) await runBundle(/** @type {'demo' | 'production'} */ (kind))
  else {
    const { register } = await import('tsx/esm/api')
    register({ tsconfig: join(root, 'tsconfig.json') })
    const { main } = await import(pathToFileURL(join(root, 'app', 'cli', 'main.ts')).href)
    await main({ argv: process.argv })
  }
}
