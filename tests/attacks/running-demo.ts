import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { removeEmbedded } from '~db/embedded'
import { secretNames, settingsSchema } from '~/platform/settings.server'

export const projectFolder = resolve(import.meta.dirname, '..', '..')
export const program = join(projectFolder, 'app', 'cli', 'privacybalie.mjs')

const demoSchema = z.object({
  portalUrl: z.string(),
  mailboxUrl: z.string(),
  staff: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
})

/** A demo in a process of its own, as a stranger on the network meets it. */
export type RunningDemo = z.infer<typeof demoSchema> & {
  port: number
  directory: string
  /** What the process wrote on stderr: its log. */
  log(): string
  /** Runs a command of the program beside it; answers what it printed on stdout. */
  command(...words: string[]): Promise<string>
  stop(): Promise<void>
}

/** Starts a demo on a free port with data of its own, and waits until it says that it is ready. */
export async function startDemo(environment: Partial<NodeJS.ProcessEnv> = {}): Promise<RunningDemo> {
  const directory = await mkdtemp(join(tmpdir(), 'privacybalie-attacked-'))
  await chmod(directory, 0o711)
  const env = { ...cleanEnvironment(), ...environment, PRIVACYBALIE_DATA_DIR: directory }
  const demo = spawn(process.execPath, [program, 'demo'], {
    cwd: projectFolder,
    env: { ...env, PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let log = ''
  demo.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  demo.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ended = new Promise<void>((done) => demo.once('exit', () => done()))
  const stop = async () => {
    if (demo.exitCode === null && demo.signalCode === null) demo.kill('SIGTERM')
    await Promise.race([ended, sleep(30_000)])
    await removeEmbedded({ dataDir: directory })
    await rm(directory, { recursive: true, force: true })
  }
  for (let waited = 0; !said.includes('demo is ready') && demo.exitCode === null && waited < 240_000; waited += 250)
    await sleep(250)
  if (!said.includes('demo is ready')) {
    await stop()
    throw new Error(`The demo did not become ready:\n${said}${log}`)
  }
  const written = demoSchema.parse(JSON.parse(await readFile(join(directory, 'demo.json'), 'utf8')))
  return {
    ...written,
    port: Number(new URL(written.portalUrl).port),
    directory,
    log: () => log,
    command: async (...words) => (await runProgram(words, env)).stdout,
    stop,
  }
}

/** Runs the program to its end. */
export async function runProgram(
  words: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: projectFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, stdout, stderr }
}

/** What a program needs of its surroundings, without any setting of ours: an empty one counts as absent. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = [...Object.keys(settingsSchema.shape), ...secretNames.map((name) => `${name}_FILE`), 'VITEST']
  return { ...process.env, ...Object.fromEntries(ours.map((name) => [name, ''])) }
}

export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
