import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { runFigures } from '~/erasure/run-figures.server'
import { newestSeal } from '~/evidence/seal.server'
import { jobFigures } from '~/jobs/job-figures.server'
import { outboxFigures } from '~/mail/outbox-figures.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { countViews } from '~/requests/queue-counts.server'
import { NOBODY } from '~/requests/queue-change.server'
import { latestHealth } from '~/systems/watch.server'
import { listSystems } from '~/systems/registry.server'

export type Metrics = { contentType: string; text(): Promise<string> }

/**
 * What a monitor reads on `/metrics` (Prometheus text format): counts and moments, never anything of a person. Counted at
 * each reading, from the database: every web process gives the same figures, beside those of its own process.
 */
export function metricsOf(runtime: Runtime): Metrics {
  const own = new Registry()
  collectDefaultMetrics({ register: own })
  return {
    contentType: own.contentType,
    text: async () => `${await own.metrics()}\n${await (await figuresOf(runtime)).metrics()}`,
  }
}

async function figuresOf(runtime: Runtime): Promise<Registry> {
  const { db, clock } = runtime
  const now = clock.now()
  const registry = new Registry()
  const gauge = (name: string, help: string, values: Record<string, number>, label?: string) => {
    const one = new Gauge({
      name: `privacybalie_${name}`,
      help,
      registers: [registry],
      ...(label ? { labelNames: [label] } : {}),
    })
    for (const [value, amount] of Object.entries(values))
      if (label) one.set({ [label]: value }, amount)
      else one.set(amount)
  }
  const organisation = await readOrganisation(db)
  const today = now.toZonedDateTimeISO(organisation['organisation.zone']).toPlainDate()
  const { mine: _mine, all, ...views } = await countViews(db, { today, staffId: NOBODY })
  gauge('requests_open', 'Requests that are not closed.', { all })
  gauge('requests_in_view', 'Open requests by view of the queue.', views, 'view')
  const { oldestWaiting, ...mails } = await outboxFigures(db)
  gauge('mails', 'Mails that were not sent.', mails, 'state')
  gauge('mail_oldest_waiting_seconds', 'How long the oldest mail has waited.', {
    all: oldestWaiting ? now.since(oldestWaiting).total('seconds') : 0,
  })
  const { lagSeconds, ...jobs } = await jobFigures(db)
  gauge('jobs', 'Jobs that are ready, running, or given up.', jobs, 'state')
  gauge('job_lag_seconds', 'How long the oldest job that could have begun has waited.', { all: lagSeconds })
  gauge('erasure_runs', 'Runs of erasures that are not done.', await runFigures(db), 'state')
  const seal = await newestSeal(db)
  gauge('evidence_sealed_timestamp_seconds', 'When the log was sealed last.', {
    all: seal ? seal.at.epochMilliseconds / 1000 : 0,
  })
  const systems = await listSystems(db)
  const health = await latestHealth(
    db,
    systems.map(({ id }) => id),
  )
  gauge(
    'system_answered_timestamp_seconds',
    'When a connected system answered last.',
    Object.fromEntries(
      systems.flatMap(({ id, key }) => {
        const lastOk = health.get(id)?.lastOk
        return lastOk ? [[key, lastOk.epochMilliseconds / 1000]] : []
      }),
    ),
    'system',
  )
  return registry
}
