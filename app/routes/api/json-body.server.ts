import type { z } from 'zod'
import { storable } from '~/platform/forms.server'
import { Problem } from './problem.server'
import type { FieldError } from './problem.server'

const LIMIT = 256 * 1024

/**
 * Reads a JSON body of at most 256 KB. No body at all is an empty object. Texts come without NUL bytes and lone surrogates.
 * Throws Problem: 413, 415, 400.
 */
export async function readJson(request: Request): Promise<{ text: string; value: unknown }> {
  const text = await bounded(request, LIMIT)
  if (text.trim() === '') return { text, value: {} }
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers.get('Content-Type') ?? ''))
    throw new Problem('not-json')
  try {
    return {
      text,
      value: JSON.parse(text, (_key, value: unknown) =>
        typeof value === 'string' ? storable(value) : value,
      ) as unknown,
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) throw new Problem('invalid-json')
    throw error
  }
}

/** A body of at most `limit` bytes as text. Throws Problem 413. */
export async function bounded(request: Request, limit: number): Promise<string> {
  if (Number(request.headers.get('Content-Length') ?? 0) > limit) throw new Problem('too-large')
  const parts: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      await reader.cancel()
      throw new Problem('too-large')
    }
    parts.push(value)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Holds a value against a schema; what does not fit is named field by field, without the value. Throws Problem 400. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors: FieldError[] = result.error.issues.map((issue) => ({
    field: issue.path.map(String).join('.') || (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : ''),
    message: issue.code === 'unrecognized_keys' ? 'is not a field of this call' : issue.message,
  }))
  throw new Problem('invalid-request', { errors })
}
