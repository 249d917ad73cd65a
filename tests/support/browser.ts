import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** What Chromium needs on machines without graphics, and what keeps it from calling home. */
export const browserArguments: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const systemBrowsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * Finds a Chromium, or installs one: named by PLAYWRIGHT_CHROMIUM_PATH or CHROME_PATH, of the system, Playwright's own, by
 * apt, in that order; says on stderr which. Answers the path of the program; throws when there is none and none can be had.
 */
export function findBrowser(): string {
  // Playwright reads its configuration again in each worker
  const found = process.env.PRIVACYBALIE_BROWSER
  if (found) return found
  for (const name of ['PLAYWRIGHT_CHROMIUM_PATH', 'CHROME_PATH']) {
    const path = process.env[name]
    if (!path) continue
    if (!existsSync(path)) throw new Error(`${name} names ${path}, which does not exist.`)
    return chosen(path, `set by ${name}`)
  }
  const system = systemBrowsers.find((path) => existsSync(path))
  if (system) return chosen(system, 'of the system')
  const own = chromium.executablePath()
  if (existsSync(own)) return chosen(own, 'Playwright’s own')
  if (installedBy(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']) && existsSync(own))
    return chosen(own, 'Playwright’s own, just installed')
  if (process.getuid?.() === 0) {
    installedBy('apt-get', ['update'])
    installedBy('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
    const packaged = systemBrowsers.find((path) => existsSync(path))
    if (packaged) return chosen(packaged, 'installed by apt')
  }
  throw new Error('No Chromium was found and none could be installed; set PLAYWRIGHT_CHROMIUM_PATH.')
}

function chosen(path: string, whence: string): string {
  process.stderr.write(`browser: ${path} (${whence})\n`)
  process.env.PRIVACYBALIE_BROWSER = path
  return path
}

function installedBy(program: string, args: string[]): boolean {
  process.stderr.write(`browser: none found, trying ${program} ${args.join(' ')}\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: ['ignore', 2, 2], env, timeout: 300_000 }).status === 0
}
