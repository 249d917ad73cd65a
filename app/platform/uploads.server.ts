import { Busboy } from '@fastify/busboy'
import type { BusboyFileStream } from '@fastify/busboy'
import { formValues, isForged, readForm } from './forms.server'
import type { FormValues } from './forms.server'
import type { Runtime } from './runtime.server'

/** One file of a form. `content` is empty where it was larger than a file may be. */
export type UploadedFile = { field: string; name: string; content: Uint8Array; tooLarge: boolean }

export type ReadUpload =
  | { ok: true; form: FormValues; files: UploadedFile[] }
  /** `form`: what was typed, as far as the body was read. */
  | { ok: false; reason: 'too_large'; status: 413; form: FormValues | null }
  | { ok: false; reason: 'forged' | 'not_a_form'; status: 400; form: FormValues | null }

/** How many files a form may carry, and how large each may be. */
export const uploadLimits = { files: 5, fileBytes: 10 * 1024 * 1024 } as const

const megabyte = 1024 * 1024
const fieldLimit = 100
const textBytes = 256 * 1024
/** Headers and boundaries of the parts come on top of what they carry. */
const bodyBytes = uploadLimits.files * uploadLimits.fileBytes + megabyte
/** So much more is taken in and thrown away, so that the browser still reads the answer. */
const drainedBytes = 200 * megabyte

/**
 * Reads a form with files as it comes in, never holding more than the limits allow, and checks its `csrf` field. A file
 * that is too large comes without content, so that the page can name it; a body beyond all files together is too large
 * as a whole, with the fields that came before. A form without files (urlencoded) is read as readForm does.
 */
export async function readUpload(runtime: Pick<Runtime, 'keys' | 'publicUrl'>, request: Request): Promise<ReadUpload> {
  const type = request.headers.get('Content-Type') ?? ''
  if (!/^multipart\/form-data/i.test(type)) {
    const read = await readForm(runtime, request)
    return read.ok ? { ...read, files: [] } : read
  }
  const parts = await partsOf(request, type)
  if (!parts) return { ok: false, reason: 'not_a_form', status: 400, form: null }
  const form = formValues(parts.fields)
  if (isForged(runtime, request, form)) return { ok: false, reason: 'forged', status: 400, form }
  if (parts.tooLarge) return { ok: false, reason: 'too_large', status: 413, form }
  return { ok: true, form, files: parts.files }
}

type Parser = InstanceType<typeof Busboy>
type Parts = { fields: [string, string][]; files: UploadedFile[]; tooLarge: boolean }

/** Null: no such form, or one that breaks off. */
async function partsOf(request: Request, type: string): Promise<Parts | null> {
  const parts: Parts = { fields: [], files: [], tooLarge: false }
  let parser: Parser
  try {
    parser = new Busboy({
      headers: { 'content-type': type },
      limits: {
        fieldSize: textBytes,
        fields: fieldLimit,
        fileSize: uploadLimits.fileBytes,
        files: uploadLimits.files,
        headerPairs: 20,
      },
    })
  } catch {
    return null
  }
  const overLimit = () => {
    parts.tooLarge = true
  }
  parser.on('field', (name, value, nameCut, valueCut) => {
    parts.fields.push([name, value])
    if (nameCut || valueCut) parts.tooLarge = true
  })
  parser.on('file', (field, stream, name) => collect(parts, field, stream, name))
  parser.on('filesLimit', overLimit)
  parser.on('fieldsLimit', overLimit)
  const done = new Promise<boolean>((resolve) => {
    parser.on('finish', () => resolve(true))
    parser.on('error', () => resolve(false))
  })
  const whole = await feed(request, parser, overLimit)
  // What was cut off is no mistake of the form: its fields are kept.
  if (!whole) return parts
  return (await done) ? parts : null
}

function collect(parts: Parts, field: string, stream: BusboyFileStream, name: string | undefined): void {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('limit', () => chunks.splice(0))
  stream.on('error', () => chunks.splice(0))
  stream.on('end', () => {
    // A field for files that was left empty comes as a file without name and content.
    if (!name && chunks.length === 0) return
    const tooLarge = stream.truncated
    parts.files.push({
      field,
      name: name ?? '',
      content: tooLarge ? new Uint8Array() : Buffer.concat(chunks),
      tooLarge,
    })
  })
}

/** Hands the body to the parser; false when it was larger than any form may be. The rest is read and dropped. */
async function feed(request: Request, parser: Parser, overLimit: () => void): Promise<boolean> {
  let size = 0
  let failed = false
  parser.on('error', () => {
    failed = true
  })
  for await (const chunk of bodyOf(request)) {
    size += chunk.length
    if (size > drainedBytes) break
    if (size > bodyBytes) overLimit()
    else if (!failed && !parser.write(chunk)) await drained(parser)
  }
  if (size > bodyBytes) return false
  if (!failed) parser.end()
  return true
}

async function* bodyOf(request: Request): AsyncIterable<Uint8Array> {
  if (!request.body) return
  const reader = request.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const drained = (parser: Parser) =>
  new Promise<void>((resolve) => {
    const go = () => {
      parser.off('drain', go)
      parser.off('error', go)
      resolve()
    }
    parser.on('drain', go)
    parser.on('error', go)
  })
