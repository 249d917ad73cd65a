import { route } from '@remix-run/route-config'
import type { RouteConfigEntry } from '@remix-run/route-config'

const here = (file: string) => `routes/api/${file}`

/** What machines call. Every route stands with what it asks for in staff/permissions.ts; a test compares the two. */
export const apiRoutes: RouteConfigEntry[] = [
  route('api/openapi.json', here('openapi.ts')),
  route('api/v1/requests', here('requests.ts')),
  route('api/v1/requests/:reference', here('requests.$reference.ts')),
  route('api/v1/requests/:reference/plan', here('requests.$reference.plan.ts')),
  route('api/v1/requests/:reference/plan/approve', here('requests.$reference.plan.approve.ts')),
  route('api/v1/requests/:reference/execute', here('requests.$reference.execute.ts')),
  route('api/v1/runs/:run', here('runs.$run.ts')),
  route('api/v1/requests/:reference/certificate', here('requests.$reference.certificate.ts')),
  route('api/v1/requests/:reference/package', here('requests.$reference.package.ts')),
  route('api/v1/webhooks/:call', here('webhooks.$call.ts')),
  route('api/*', here('not-found.ts')),
]
