import { startJobs } from '~/jobs/runner.server'
import type { RunningJobs } from '~/jobs/runner.server'
import { stopQueueNews } from '~/requests/queue-news.server'
import { startServer } from '~/platform/server.server'
import type { RunningServer } from '~/platform/server.server'
import { productionProblems } from '~/platform/settings.server'
import { authenticateToken } from '~/staff/api-token.server'
import type { Launch } from './main'
import { metricsOf } from './metrics.server'
import { SettingsError, openRuntime, settingsOrThrow } from './open-runtime.server'
import type { OpenRuntime } from './open-runtime.server'
import { schedule, tasks } from './tasks.server'

/** `npm start`: refuses with the whole list of what is wrong, then serves until it is told to stop. */
export async function serve(launch: Launch, role: 'all' | 'web' | 'worker'): Promise<void> {
  const settings = settingsOrThrow()
  const problems = productionProblems(settings)
  if (problems.length > 0) throw new SettingsError(problems)
  const open = await openRuntime(settings, { maxConnections: 20 })
  if (open.runtime.demo) {
    await open.close()
    throw new SettingsError([{ name: 'DATABASE_URL', problem: 'names the database of a demo; use another one' }])
  }
  const running = await startProcess(open, launch, {
    role,
    host: settings.HOST ?? '0.0.0.0',
    port: settings.PORT ?? 3000,
  })
  process.stderr.write(`Privacybalie is ready on ${open.runtime.publicUrl} (${role})\n`)
  await untilStopped()
  await running.close()
}

/** Web server and jobs of one process, stopped in the order in which nothing is lost. */
export async function startProcess(
  open: OpenRuntime,
  launch: Launch,
  options: { role: 'all' | 'web' | 'worker'; host: string; port: number },
): Promise<{ port: number; close(): Promise<void> }> {
  const { runtime } = open
  let server: RunningServer | undefined
  let jobs: RunningJobs | undefined
  try {
    if (options.role !== 'worker') {
      if (!launch.build) throw new Error('There are no built pages: run `npm run build` first')
      server = await startServer({
        runtime,
        build: launch.build,
        host: options.host,
        port: options.port,
        metrics: {
          ...metricsOf(runtime),
          mayRead: async (authorization) => (await authenticateToken(runtime, authorization ?? null)).ok,
        },
        ...(launch.clientFolder ? { clientFolder: launch.clientFolder } : {}),
        ...(launch.before ? { before: launch.before } : {}),
      })
    }
    if (options.role !== 'web') jobs = await startJobs({ runtime, url: open.databaseUrl, tasks, schedule })
  } catch (error) {
    await server?.close()
    await open.close()
    throw error
  }
  return {
    port: server?.port ?? options.port,
    close: async () => {
      stopQueueNews(runtime)
      await server?.close()
      await jobs?.stop()
      await launch.onClose?.()
      await open.close()
    },
  }
}

/** Resolves on SIGINT or SIGTERM; a second signal ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}
