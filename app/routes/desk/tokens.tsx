import { data, redirect } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { showOnce, takeShown } from '~/platform/show-once.server'
import { createToken, listTokens, revokeToken } from '~/staff/api-token.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { scopesOfRole } from '~/staff/scopes'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { Problem } from './parts/action-page'
import { sureOfPresence } from './parts/present.server'
import { TokenForm } from './parts/token-form'
import { TokenTable } from './parts/token-table'

const page = '/desk/tokens'
const typedToken = z.object({ name: z.string().trim().min(1).max(100), until: z.iso.date().or(z.literal('')) })

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.title ?? '' }]

/** One's own tokens; whoever manages staff sees everybody's. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const { runtime } = context
  const shown = takeShown(runtime, request, { name: 'staff-token', holder: staff.id })
  const rows = await listTokens(runtime.db, may(staff.role, 'staff.read') ? null : staff.id)
  const now = runtime.clock.now()
  const loaded = {
    title: translatorFor(languageOfRequest(request))('staff:tokens.title'),
    zone: (await readOrganisation(runtime.db))['organisation.zone'],
    scopes: [...scopesOfRole[staff.role]],
    made: shown?.text ?? null,
    tokens: rows.map(({ token, owner }) => ({
      id: token.id,
      name: token.name,
      owner,
      scopes: token.scopes,
      createdAt: token.createdAt.toString(),
      lastUsedAt: token.lastUsedAt?.toString() ?? null,
      expiresAt: token.expiresAt?.toString() ?? null,
      standing: token.revokedAt
        ? ('revoked' as const)
        : token.expiresAt && Temporal.Instant.compare(token.expiresAt, now) <= 0
          ? ('expired' as const)
          : ('active' as const),
      revocable: !token.revokedAt && (token.staffId === staff.id || may(staff.role, 'staff.manage')),
    })),
  }
  return data(loaded, shown ? { headers: { 'Set-Cookie': shown.cleared } } : {})
}

export type TokensData = Awaited<ReturnType<typeof loader>>['data']

/**
 * POST: makes a token for oneself, or ends one. Nobody makes one for somebody else here: it would let an admin approve
 * as the approver. The command line can; whoever has a shell on the server stands above all roles.
 */
export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireStaff(request, context, 'account.own')
  const form = await deskForm(request, context)
  const { runtime } = context
  const { staff } = session
  const actor = { kind: 'staff', id: staff.id } as const
  if (form.get('intent') === 'revoke') {
    const id = form.get('token')
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Response(null, { status: 400 })
    const rows = await listTokens(runtime.db, may(staff.role, 'staff.manage') ? null : staff.id)
    if (!rows.some(({ token }) => token.id === id)) throw new Response(null, { status: 404 })
    await inTransaction(runtime, (tx) => revokeToken(tx, runtime, id, actor))
    throw redirect(page, 303)
  }
  sureOfPresence(context, session, page)
  const typed = { name: form.get('name'), until: form.get('until'), scopes: form.all('scope') }
  const parsed = typedToken.safeParse(typed)
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => String(issue.path[0]))
    return data({ typed, wrong, problem: null }, { status: 400 })
  }
  const { name, until } = parsed.data
  const zone = (await readOrganisation(runtime.db))['organisation.zone']
  const expiresAt = until
    ? Temporal.PlainDate.from(until).add({ days: 1 }).toZonedDateTime(zone).toInstant()
    : undefined
  const order = { name, staffEmail: staff.email, scopes: typed.scopes, actor, ...(expiresAt ? { expiresAt } : {}) }
  const made = await inTransaction(runtime, (tx) => createToken(tx, runtime, order))
  if (!made.ok) {
    const wrong = made.reason === 'no_scope' ? ['scope'] : []
    return data({ typed, wrong, problem: made.reason === 'no_scope' ? null : made.reason }, { status: 400 })
  }
  const shown = showOnce(runtime, { name: 'staff-token', holder: staff.id, text: made.token })
  throw redirect(page, { status: 303, headers: { 'Set-Cookie': shown } })
}

export default function Tokens() {
  const t = useTexts()
  const { made, tokens, zone, scopes } = useLoaderData<typeof loader>()
  const failed = useActionData<typeof action>()
  return (
    <>
      <div className="page-head">
        <h1>{t('staff:tokens.title')}</h1>
        <a href="/desk/account">{t('desk:account.title')}</a>
      </div>
      {made ? (
        <div role="status">
          <Notice tone="warning">
            <p>{t('staff:tokens.once')}</p>
            <p>
              <code data-token>{made}</code>
            </p>
          </Notice>
        </div>
      ) : null}
      <Problem reason={failed?.problem} />
      <TokenTable tokens={tokens} zone={zone} />
      <TokenForm scopes={scopes} typed={failed?.typed ?? null} wrong={failed?.wrong ?? []} />
    </>
  )
}
