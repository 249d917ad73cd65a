import { readFileSync } from 'node:fs'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

/** An empty variable counts as absent: compose files and shells hand those over. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((v) => (v === '' ? undefined : v), schema.optional())

const masterKey = z
  .string()
  .refine((v) => Buffer.from(v, 'base64').length === 32, 'must be 32 bytes in base64 (openssl rand -base64 32)')

const list = z.preprocess(
  (v) =>
    typeof v === 'string'
      ? v
          .split(/[\s,]+/)
          .map((item) => item.trim())
          .filter(Boolean)
      : (v ?? []),
  z.array(z.string()),
)

const rolePairs = z.preprocess(
  (v) => (typeof v === 'string' && v.trim() !== '' ? v.split(/[\s,]+/).filter(Boolean) : undefined),
  z
    .array(
      z
        .string()
        .regex(
          /^.+=(agent|approver|admin|auditor)$/,
          'must be value=role, role one of agent, approver, admin, auditor',
        ),
    )
    .optional(),
)

/** An https address; http counts on loopback only. */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

const clock = z
  .string()
  .refine(isInstantOrShift, 'must be an RFC 3339 instant (2026-03-02T10:00:00Z) or a shift such as +P30D')

function isInstantOrShift(text: string): boolean {
  try {
    if (/^[+-]P/.test(text)) Temporal.Duration.from(text)
    else Temporal.Instant.from(text)
    return true
  } catch {
    return false
  }
}

/**
 * Every setting that comes from the environment, with what it means; the README's table is made from this schema. Each
 * secret may also be given as NAME_FILE, the path of a file that holds it.
 */
export const settingsSchema = z.object({
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')).describe(
    'The own database. Absent: an embedded PostgreSQL in .data/.',
  ),
  DATABASE_OWNER_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')).describe(
    'Role for migrations that owns the evidence tables. Absent: DATABASE_URL.',
  ),
  PRIVACYBALIE_MASTER_KEY: optional(masterKey).describe('32 random bytes, base64: wraps every data key. Keep a copy.'),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })).describe(
    'Where people reach the portal, e.g. https://privacy.example.nl.',
  ),
  PORT: optional(z.coerce.number().int().min(0).max(65535)).describe('Port to listen on (3000).'),
  HOST: optional(z.string()).describe('Address to listen on (production: all; demo: 127.0.0.1 only).'),
  MAIL_TRANSPORT: optional(z.enum(['resend', 'smtp', 'mailbox'])).describe('How mails leave: resend, smtp or mailbox.'),
  RESEND_API_KEY: optional(z.string()).describe('API key of Resend (MAIL_TRANSPORT=resend).'),
  RESEND_WEBHOOK_SECRET: optional(z.string()).describe("Secret of Resend's webhook, for delivery and bounces."),
  SMTP_URL: optional(z.string().regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')).describe(
    'Mail server (MAIL_TRANSPORT=smtp).',
  ),
  MAIL_FROM: optional(z.string().regex(/@/, 'must hold an e-mail address')).describe('Sender of every mail.'),
  TRUSTED_PROXIES: list.describe('Addresses or CIDRs whose X-Forwarded-* headers are believed.'),
  ALLOWED_SYSTEM_HOSTS: list.describe(
    'Hosts or CIDRs of connected systems that would otherwise be refused (loopback, link-local, private metadata).',
  ),
  OIDC_ISSUER: optional(z.url().refine(isSafeAddress, 'must begin with https:// (http is for loopback only)')).describe(
    "Single sign-on for staff: the issuer of the organisation's own OpenID Connect log-in. Absent: passwords and passkeys only.",
  ),
  OIDC_CLIENT_ID: optional(z.string()).describe(
    'Our client id at the issuer. Its redirect URI is PUBLIC_URL/desk/login/oidc/callback.',
  ),
  OIDC_CLIENT_SECRET: optional(z.string()).describe(
    'Our secret at the issuer; absent for a public client (PKCE alone).',
  ),
  OIDC_SCOPE: optional(z.string().regex(/(^|\s)openid(\s|$)/, 'must hold openid')).describe(
    'What is asked for (openid email profile).',
  ),
  OIDC_ROLE_CLAIM: optional(z.string()).describe('The claim of the ID token that OIDC_ROLES looks at (roles).'),
  OIDC_ROLES: rolePairs.describe(
    'Which value of the claim gives which role, e.g. `privacy-team=agent,privacy-lead=admin`; the first that fits counts, at every sign-in. Absent: only who was invited signs in, in the role of the invitation.',
  ),
  OIDC_TRUST_EMAIL: optional(z.enum(['true', 'false']).transform((text) => text === 'true')).describe(
    'Set to true where the issuer verifies every address though it does not say so (email_verified).',
  ),
  PRIVACYBALIE_CLOCK: optional(clock).describe(
    'Development and tests only: a fixed instant, or a shift such as +P30D.',
  ),
  PRIVACYBALIE_DATA_DIR: optional(z.string()).describe('Where the embedded PostgreSQL and demo.json lie (.data).'),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])).describe(
    'How much is logged (info).',
  ),
  NODE_ENV: optional(z.enum(['production', 'development', 'test'])).describe('production makes the checks strict.'),
})

export type EnvironmentSettings = z.infer<typeof settingsSchema>

export const secretNames = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'PRIVACYBALIE_MASTER_KEY',
  'RESEND_API_KEY',
  'RESEND_WEBHOOK_SECRET',
  'SMTP_URL',
  'OIDC_CLIENT_SECRET',
] as const

export type SettingProblem = { name: string; problem: string }

/**
 * Reads the settings from an environment. Returns either the settings or every problem at once, each with the name of
 * the variable and what to do; never a secret's value.
 */
export function readSettings(
  environment: Record<string, string | undefined>,
): { ok: true; settings: EnvironmentSettings } | { ok: false; problems: SettingProblem[] } {
  const problems: SettingProblem[] = []
  const values: Record<string, string | undefined> = { ...environment }
  for (const name of secretNames) {
    const file = environment[`${name}_FILE`]
    if (!file) continue
    try {
      values[name] = readFileSync(file, 'utf8').trim()
    } catch {
      problems.push({ name: `${name}_FILE`, problem: 'names a file that cannot be read' })
    }
  }
  const parsed = settingsSchema.safeParse(values)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push({ name: issue.path.join('.'), problem: issue.message })
    return { ok: false, problems }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: parsed.data }
}

/**
 * What `npm start` needs beyond the types: a list of every setting that is missing or that must not stand in production.
 */
export function productionProblems(settings: EnvironmentSettings): SettingProblem[] {
  const problems: SettingProblem[] = []
  const need = (name: keyof EnvironmentSettings, why: string) => {
    if (!settings[name]) problems.push({ name, problem: why })
  }
  need('DATABASE_URL', 'is missing: the URL of the own PostgreSQL database')
  need('PRIVACYBALIE_MASTER_KEY', 'is missing: 32 random bytes in base64 (openssl rand -base64 32)')
  need('PUBLIC_URL', 'is missing: where people reach the portal')
  need('MAIL_TRANSPORT', 'is missing: resend or smtp')
  if (settings.MAIL_TRANSPORT && settings.MAIL_TRANSPORT !== 'mailbox')
    need('MAIL_FROM', 'is missing: the sender of every mail')
  if (settings.MAIL_TRANSPORT === 'resend') need('RESEND_API_KEY', 'is missing for MAIL_TRANSPORT=resend')
  if (settings.MAIL_TRANSPORT === 'smtp') need('SMTP_URL', 'is missing for MAIL_TRANSPORT=smtp')
  if (settings.OIDC_ISSUER) need('OIDC_CLIENT_ID', 'is missing: our client id at OIDC_ISSUER')
  const url = settings.PUBLIC_URL ? new URL(settings.PUBLIC_URL) : undefined
  if (url?.protocol === 'http:' && !isLoopback(url.hostname))
    problems.push({ name: 'PUBLIC_URL', problem: 'must begin with https:// (http is for loopback only)' })
  if (settings.NODE_ENV === 'production') {
    if (settings.MAIL_TRANSPORT === 'mailbox')
      problems.push({ name: 'MAIL_TRANSPORT', problem: 'mailbox is for development; use resend or smtp' })
    if (settings.PRIVACYBALIE_CLOCK)
      problems.push({ name: 'PRIVACYBALIE_CLOCK', problem: 'is for development and tests; remove it' })
  }
  return problems
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
