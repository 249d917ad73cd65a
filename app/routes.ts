import type { RouteConfig } from '@remix-run/route-config'
import { apiRoutes } from './routes/api/routes'
import { deskRoutes } from './routes/desk/routes'
import { devRoutes } from './routes/dev/routes'
import { portalRoutes } from './routes/portal/routes'

// The mailbox page is no part of a production bundle.
export default [
  ...portalRoutes,
  ...deskRoutes,
  ...apiRoutes,
  ...(process.env['PRIVACYBALIE_BUILD'] === 'demo' ? devRoutes : []),
] satisfies RouteConfig
