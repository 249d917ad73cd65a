import { findingsOfRun, findRun, systemsOfRun } from '~/erasure/run-records.server'
import { apiRoute } from './api-route.server'
import { Problem } from './problem.server'
import { runSchema } from './schemas'

const isUuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

const route = apiRoute('api/v1/runs/:run', {
  read: async ({ runtime, params }) => {
    const id = params['run'] ?? ''
    const run = isUuid.test(id) ? await findRun(runtime.db, id) : undefined
    if (!run) throw new Problem('not-found')
    const findings = await findingsOfRun(runtime.db, run.id)
    const systems = (await systemsOfRun(runtime.db, run.id)).map((system) => ({
      system: system.systemKey,
      state: system.state,
      deleted: system.deleted,
      pseudonymised: system.pseudonymised,
      kept: system.kept,
      residue:
        system.residueAt === null
          ? null
          : {
              searched: system.residueSearched ?? 0,
              findings: findings
                .filter((finding) => finding.systemKey === system.systemKey)
                .map(({ table, column, rows }) => ({ table, column, rows })),
            },
      ...(system.failure ? { error: `${system.failure.kind} ${system.failure.code ?? ''}`.trim() } : {}),
    }))
    return { status: 200, body: runSchema.parse({ state: run.state, systems }) }
  },
})

export const loader = route.loader
export const action = route.action
