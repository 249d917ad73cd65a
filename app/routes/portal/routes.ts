import { index, layout, route } from '@remix-run/route-config'
import type { RouteConfigEntry } from '@remix-run/route-config'

const here = (file: string) => `routes/portal/${file}`

export const portalRoutes: RouteConfigEntry[] = [
  index(here('choose-language.ts')),
  route('theme.css', here('theme.ts')),
  layout(here('layout.tsx'), [
    route(':lng', here('home.tsx')),
    route(':lng/requests/new', here('requests.new.tsx')),
    route(':lng/verify', here('verify.tsx')),
    route(':lng/confirm/:token', here('confirm.$token.tsx')),
    route(':lng/notice/:token', here('notice.$token.tsx')),
    route(':lng/colleague/:token', here('colleague.$token.tsx')),
    route(':lng/not-me', here('not-me.tsx')),
    route(':lng/sign-in', here('sign-in.tsx')),
    route(':lng/hand-off', here('hand-off.tsx')),
    route(':lng/hand-off/confirm', here('hand-off.confirm.tsx')),
    route(':lng/requests', here('requests.tsx')),
    route(':lng/requests/:reference', here('requests.$reference.tsx')),
    route(':lng/requests/:reference/withdrawal', here('requests.$reference.withdrawal.tsx')),
    route(':lng/requests/:reference/answer', here('requests.$reference.answer.tsx')),
    route(':lng/requests/:reference/identity', here('requests.$reference.identity.tsx')),
    route(':lng/privacy', here('privacy.tsx')),
    route(':lng/*', here('not-found.tsx')),
  ]),
  route(':lng/verify/code', here('verify.code.ts')),
  route(':lng/hand-off/start', here('hand-off.start.ts')),
  route(':lng/sign-out', here('sign-out.ts')),
  route(':lng/requests/:reference/package/file', here('requests.$reference.package.file.ts')),
  route(':lng/requests/:reference/confirm', here('requests.$reference.confirm.ts')),
  route(':lng/requests/:reference/proof', here('requests.$reference.proof.ts')),
]
