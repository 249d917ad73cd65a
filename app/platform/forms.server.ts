import { equalBytes } from './keys.server'
import { readCookieHeader } from './cookies.server'
import type { Runtime } from './runtime.server'

/** Bodies above this are not read any further: nothing that a form of ours can hold comes near it. */
const HARD_LIMIT = 8 * 1024 * 1024
/** More fields than any form of ours has, by far: pulling them apart would only cost time. */
const FIELD_LIMIT = 2000
/** A form above this is answered with 413, with everything typed kept. */
const FORM_LIMIT = 256 * 1024

export type FormValues = { get(name: string): string; all(name: string): string[]; entries: Record<string, string[]> }
export type ReadForm =
  | { ok: true; form: FormValues }
  /** `too_large`: the form is there all the same, so that the page can keep it; absent when it was not read to its end. */
  | { ok: false; reason: 'too_large'; status: 413; form: FormValues | null }
  | { ok: false; reason: 'forged'; status: 400; form: FormValues | null }
  | { ok: false; reason: 'not_a_form'; status: 400; form: null }

export type FormOptions = {
  /** Takes `multipart/form-data` too; a file counts as its text. */
  files?: boolean
  /** Bytes that the form may have; default 256 KiB. */
  limit?: number
}

/** The token for the hidden field `csrf`: bound to a cookie that only this browser has. */
export function csrfToken(runtime: Pick<Runtime, 'keys'>, cookie: string): string {
  return Buffer.from(runtime.keys.hmac('cookies', `csrf:${cookie}`)).toString('base64url')
}

/**
 * Reads an urlencoded form once, with a bound on its size, and checks its `csrf` field against the cookie. Values come
 * with NUL bytes and lone surrogates removed (PostgreSQL's text can't hold them) and line ends as `\n`.
 */
export async function readForm(
  runtime: Pick<Runtime, 'keys' | 'publicUrl'>,
  request: Request,
  { files = false, limit = FORM_LIMIT }: FormOptions = {},
): Promise<ReadForm> {
  const type = request.headers.get('Content-Type') ?? ''
  const withFiles = files && /^multipart\/form-data/i.test(type)
  if (!withFiles && !/^application\/x-www-form-urlencoded/i.test(type))
    return { ok: false, reason: 'not_a_form', status: 400, form: null }
  const body = await readBounded(request, HARD_LIMIT)
  if (body === null || (!withFiles && countFields(body) > FIELD_LIMIT))
    return { ok: false, reason: 'too_large', status: 413, form: null }
  const pairs = withFiles ? await partsOf(body, type) : new URLSearchParams(body.toString('utf8'))
  if (pairs === null) return { ok: false, reason: 'not_a_form', status: 400, form: null }
  const form = formValues(pairs)
  if (isForged(runtime, request, form)) return { ok: false, reason: 'forged', status: 400, form }
  if (body.length > limit) return { ok: false, reason: 'too_large', status: 413, form }
  return { ok: true, form }
}

/** Whether a form's `csrf` field is not the one of the browser that sent it. */
export function isForged(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, request: Request, form: FormValues): boolean {
  const cookie = readCookieHeader(runtime, request.headers.get('Cookie') ?? '', 'csrf')
  const expected = cookie ? Buffer.from(csrfToken(runtime, cookie)) : null
  return !expected || !equalBytes(expected, Buffer.from(form.get('csrf')))
}

/** As readForm, for the one form that comes from elsewhere and is believed by its signature: without `csrf`. */
export async function readForeignForm(
  request: Request,
): Promise<{ ok: true; form: FormValues } | { ok: false; status: 400 | 413 }> {
  if (!/^application\/x-www-form-urlencoded/i.test(request.headers.get('Content-Type') ?? ''))
    return { ok: false, status: 400 }
  const body = await readBounded(request, FORM_LIMIT)
  if (body === null || countFields(body) > FIELD_LIMIT) return { ok: false, status: 413 }
  return { ok: true, form: formValues(new URLSearchParams(body.toString('utf8'))) }
}

async function readBounded(request: Request, limit: number): Promise<Buffer | null> {
  if (!request.body) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts)
    size += value.length
    if (size > limit) {
      await reader.cancel()
      return null
    }
    parts.push(value)
  }
}

function countFields(body: Buffer): number {
  let count = 1
  for (let at = body.indexOf('&'); at !== -1 && count <= FIELD_LIMIT; at = body.indexOf('&', at + 1)) count++
  return count
}

/** The fields of a form with files, each file as its text; null for what is no such form. */
async function partsOf(body: Buffer, type: string): Promise<[string, string][] | null> {
  try {
    const parts = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData()
    const pairs: [string, string][] = []
    for (const [name, value] of parts) pairs.push([name, typeof value === 'string' ? value : await value.text()])
    return pairs
  } catch {
    return null
  }
}

/** The fields of a form by name, with what a text column can't hold taken out. */
export function formValues(parameters: Iterable<[string, string]>): FormValues {
  const entries: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (const [name, value] of parameters) (entries[name] ??= []).push(storable(value))
  return { entries, get: (name) => entries[name]?.[0] ?? '', all: (name) => entries[name] ?? [] }
}

/** What a text column can hold of a text: no NUL, no lone surrogates, one kind of line end. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').replace(/\r\n?/g, '\n').toWellFormed()
}
