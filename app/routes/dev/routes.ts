import { route } from '@remix-run/route-config'
import type { RouteConfigEntry } from '@remix-run/route-config'

const here = (file: string) => `routes/dev/${file}`

/** Demo, development and test only. */
export const devRoutes: RouteConfigEntry[] = [
  route('dev/mailbox', here('mailbox.tsx')),
  route('dev/mailbox.json', here('mailbox-json.ts')),
]
