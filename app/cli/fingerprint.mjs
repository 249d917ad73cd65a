import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const places = [
  'app',
  'db',
  'emails',
  'public',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'remix.config.js',
]
const FILE = 'built-from.txt'

/**
 * One hash over names, sizes and times of everything that a bundle is made of; fast enough to ask at every start.
 * @param {string} root
 */
export function sourcesFingerprint(root) {
  const hash = createHash('sha256')
  const visit = (/** @type {string} */ path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    const stat = statSync(full)
    if (stat.isDirectory()) for (const name of readdirSync(full).sort()) visit(join(path, name))
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\0`)
  }
  for (const place of places) visit(place)
  return hash.digest('hex')
}

/** @param {string} folder the bundle's folder */
export function builtFrom(folder) {
  const file = join(folder, FILE)
  return existsSync(file) && existsSync(join(folder, 'server', 'index.js')) ? readFileSync(file, 'utf8') : null
}

/**
 * @param {string} folder
 * @param {string} fingerprint
 */
export function writeFingerprint(folder, fingerprint) {
  writeFileSync(join(folder, FILE), fingerprint)
}
