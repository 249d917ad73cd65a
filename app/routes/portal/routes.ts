import { index, layout, route } from '@remix-run/route-config'
import type { RouteConfigEntry } from '@remix-run/route-config'

const here = (file: string) => `routes/portal/${file}`

export const portalRoutes: RouteConfigEntry[] = [
  index(here('choose-language.tsx')),
  layout(here('layout.tsx'), [route(':lng', here('home.tsx'))]),
]
