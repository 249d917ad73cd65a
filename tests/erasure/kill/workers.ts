import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

export interface Worker {
  /** Resolves when it works jobs. */
  readonly ready: Promise<void>
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** What it logged. */
  said(): string
}

export interface WorkerPlace {
  start(environment: Readonly<Record<string, string>>): Worker
  /** Kills what is left, and removes the bundle. */
  close(): Promise<void>
}

/** Bundles the worker once, so that each process is up in a moment. */
export async function workerPlace(): Promise<WorkerPlace> {
  const root = process.cwd()
  const folder = await mkdtemp(join(root, 'node_modules', '.worker-'))
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: {
      ssr: join(root, 'tests/erasure/kill/worker-entry.ts'),
      outDir: folder,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
    },
  })
  const running = new Set<ChildProcess>()
  const gone = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return {
    start: (environment) => {
      const child = spawn(process.execPath, [join(folder, 'worker-entry.js')], {
        env: { NODE_ENV: 'test', PATH: process.env['PATH'], LOG_LEVEL: 'warn', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      running.add(child)
      let said = ''
      child.stderr.on('data', (text: Buffer) => (said += text.toString()))
      const ready = new Promise<void>((resolve, reject) => {
        child.stdout.once('data', () => resolve())
        child.once('exit', () => reject(new Error(`The worker stopped: ${said.slice(-2000)}`)))
      })
      ready.catch(() => undefined)
      return { ready, kill: () => gone(child), said: () => said }
    },
    close: async () => {
      for (const child of running) await gone(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}
