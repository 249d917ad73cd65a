import { runForApi } from '~/erasure/present.server'
import { apiRoute } from './api-route.server'
import { Problem } from './problem.server'
import { runSchema } from './schemas'

const isUuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

const route = apiRoute('api/v1/runs/:run', {
  read: async ({ runtime, params }) => {
    const id = params['run'] ?? ''
    const run = isUuid.test(id) ? await runForApi(runtime.db, id) : null
    if (!run) throw new Problem('not-found')
    return { status: 200, body: runSchema.parse(run) }
  },
})

export const loader = route.loader
export const action = route.action
