import {
  ClientSecretPost,
  None,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Configuration } from 'openid-client'
import { z } from 'zod'
import { clearCookie, readCookie, setCookie } from '~/platform/cookies.server'
import type { Runtime } from '~/platform/runtime.server'

const COOKIE = 'staff-oidc'
const PLACE = 'staff-oidc'
const minutes = 10

const journeyShape = z.object({
  at: z.number(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
  /** The session that only shows that its owner is still there; null for signing in. */
  presence: z.string().nullable(),
})
type Journey = z.infer<typeof journeyShape>

/** Who the organisation's own log-in says that somebody is. */
export type Claims = { issuer: string; subject: string; all: Record<string, unknown> }

export type SingleSignOnFailure = { ok: false; reason: 'sso_refused' | 'sso_away' }
export type Returned = { ok: true; claims: Claims; next: string; presence: string | null } | SingleSignOnFailure

/** Whether the organisation's own log-in may be used here. */
export function hasSingleSignOn(runtime: Pick<Runtime, 'settings'>): boolean {
  return runtime.settings.OIDC_ISSUER !== undefined && runtime.settings.OIDC_CLIENT_ID !== undefined
}

const known = new WeakMap<object, { at: number; configuration: Promise<Configuration> }>()
const hour = 60 * 60_000

/** The issuer's own description of itself; asked once an hour, and again after it could not be had. */
async function configurationOf(runtime: Pick<Runtime, 'settings' | 'clock'>): Promise<Configuration> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret } = runtime.settings
  if (!issuer || !id) throw new Error('Single sign-on is not set up')
  const at = runtime.clock.now().epochMilliseconds
  const kept = known.get(runtime.settings)
  if (kept && at - kept.at < hour && at >= kept.at) return kept.configuration
  const server = new URL(issuer)
  // The settings allow http on loopback only.
  const execute = server.protocol === 'http:' ? [allowInsecureRequests] : []
  const configuration = discovery(server, id, {}, secret ? ClientSecretPost(secret) : None(), { execute, timeout: 10 })
  known.set(runtime.settings, { at, configuration })
  configuration.catch(() => known.delete(runtime.settings))
  return configuration
}

const callbackOf = (runtime: Pick<Runtime, 'publicUrl'>) => `${runtime.publicUrl}/desk/login/oidc/callback`

/** Sends somebody to the organisation's log-in; this browser keeps what their way back must show. */
export async function beginSingleSignOn(
  runtime: Pick<Runtime, 'settings' | 'clock' | 'keys' | 'publicUrl' | 'log'>,
  { next, presence }: { next: string; presence: string | null },
): Promise<{ ok: true; url: string; cookie: string } | SingleSignOnFailure> {
  let configuration: Configuration
  try {
    configuration = await configurationOf(runtime)
  } catch (error) {
    runtime.log.warn({ err: error }, 'the OpenID Connect issuer does not answer')
    return { ok: false, reason: 'sso_away' }
  }
  const at = runtime.clock.now().epochMilliseconds
  const journey: Journey = {
    at,
    state: randomState(),
    nonce: randomNonce(),
    verifier: randomPKCECodeVerifier(),
    next,
    presence,
  }
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(runtime),
    scope: runtime.settings.OIDC_SCOPE ?? 'openid email profile',
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: await calculatePKCECodeChallenge(journey.verifier),
    code_challenge_method: 'S256',
    ...(presence === null ? {} : { prompt: 'login', max_age: '0' }),
  })
  const sealed = Buffer.from(runtime.keys.seal('cookies', JSON.stringify(journey), PLACE)).toString('base64url')
  return { ok: true, url: url.href, cookie: setCookie(runtime, COOKIE, sealed, minutes * 60) }
}

function journeyOf(runtime: Pick<Runtime, 'keys' | 'clock' | 'publicUrl'>, request: Request): Journey | null {
  const cookie = readCookie(runtime, request, COOKIE)
  if (!cookie) return null
  try {
    const opened = runtime.keys.open('cookies', Buffer.from(cookie, 'base64url'), PLACE)
    const journey = journeyShape.parse(JSON.parse(Buffer.from(opened).toString('utf8')))
    const age = runtime.clock.now().epochMilliseconds - journey.at
    return age >= 0 && age <= minutes * 60_000 ? journey : null
  } catch {
    // Not ours: somebody else's way back was put upon this browser.
    return null
  }
}

/**
 * Checks the way back: begun in this browser, with this state; the code is redeemed with its verifier, and the ID token
 * must carry this nonce, this client, this issuer and (for a presence) a log-in of just now.
 */
export async function finishSingleSignOn(
  runtime: Pick<Runtime, 'settings' | 'clock' | 'keys' | 'publicUrl' | 'log'>,
  request: Request,
): Promise<Returned> {
  const journey = journeyOf(runtime, request)
  if (!journey) return { ok: false, reason: 'sso_refused' }
  try {
    const configuration = await configurationOf(runtime)
    const arrived = new URL(callbackOf(runtime))
    arrived.search = new URL(request.url).search
    const tokens = await authorizationCodeGrant(configuration, arrived, {
      pkceCodeVerifier: journey.verifier,
      expectedState: journey.state,
      expectedNonce: journey.nonce,
      idTokenExpected: true,
      ...(journey.presence === null ? {} : { maxAge: 5 * 60 }),
    })
    const all = tokens.claims()
    if (!all) return { ok: false, reason: 'sso_refused' }
    const claims = { issuer: all.iss, subject: all.sub, all: { ...all } }
    return { ok: true, claims, next: journey.next, presence: journey.presence }
  } catch (error) {
    // Its message may quote what the issuer said; the kind of error is enough to find out.
    const { name, code } = error instanceof Error ? Object.assign({ code: undefined }, error, { name: error.name }) : {}
    runtime.log.warn({ kind: name, errorCode: code }, 'single sign-on was refused')
    return { ok: false, reason: 'sso_refused' }
  }
}

export function forgetJourney(runtime: Pick<Runtime, 'publicUrl'>): string {
  return clearCookie(runtime, COOKIE)
}
