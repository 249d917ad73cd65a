import { request } from 'node:http'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { RunningDemo } from './running-demo'

export type Answer = { status: number; headers: IncomingHttpHeaders; text: string }
type Fields = Record<string, string | string[]>

let addresses = 0
/** An address out of the block that is set aside for tests of networks (RFC 2544). */
export function newAddress(): string {
  addresses += 1
  return `198.18.${(addresses >> 8) & 255}.${addresses & 255}`
}

/** Somebody with a browser of their own: keeps cookies, follows nothing. Every answer is kept in `seen`. */
export class Visitor {
  readonly cookies = new Map<string, string>()
  constructor(
    readonly demo: RunningDemo,
    readonly seen: Answer[] = [],
    readonly address = newAddress(),
  ) {}

  async send(method: string, path: string, headers: OutgoingHttpHeaders = {}, body?: string | Buffer): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await exchange(
      this.demo.port,
      method,
      path,
      { 'X-Forwarded-For': this.address, ...(cookie ? { Cookie: cookie } : {}), ...headers },
      body,
    )
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    this.seen.push(answer)
    return answer
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send('GET', path, headers)
  }

  /** The token of this browser's forms. */
  async csrf(page = '/nl/sign-in'): Promise<string> {
    return /name="csrf" value="([^"]*)"/.exec((await this.get(page)).text)?.[1] ?? ''
  }

  /** Sends a form; with this browser's token unless `csrf` is among the fields. */
  async post(path: string, fields: Fields, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    const all: Fields = 'csrf' in fields ? fields : { ...fields, csrf: await this.csrf() }
    const body = new URLSearchParams(
      Object.entries(all).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    ).toString()
    return this.send('POST', path, { 'Content-Type': 'application/x-www-form-urlencoded', ...headers }, body)
  }

  /** Signs in at the desk. */
  async signIn(email: string, password: string, next = ''): Promise<Answer> {
    return this.post(`/desk/login${next}`, { email, password })
  }

  /** Files a request, up to the page that asks for the code. */
  file(email: string, more: Fields = {}, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.post('/nl/requests/new', { kind: 'access', name: 'Iemand', email, ...more }, headers)
  }

  /** Files a request and confirms it; answers its reference. */
  async fileAndConfirm(email: string, more: Fields = {}): Promise<string> {
    const before = (await codesTo(this.demo, email)).length
    await this.file(email, more)
    const entered = await this.post('/nl/verify', { code: await newCodeTo(this.demo, email, before) })
    return /AVG-\d{4}-[A-Z0-9]{6}/.exec(entered.headers.location ?? '')?.[0] ?? ''
  }
}

const agentless = { agent: false as const }

function exchange(
  port: number,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((done, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, ...agentless }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** Sends bytes as they are, for what no client would write; answers the first line and all of the answer. */
export function sendRaw(port: number, bytes: string): Promise<{ status: number; text: string }> {
  return new Promise((done, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')))
    let text = ''
    socket.on('data', (part) => (text += part.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }))
    socket.setTimeout(10_000, () => socket.destroy())
  })
}

const mailSchema = z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string() })

/** The mails to an address, newest first. */
export async function mailsTo(demo: RunningDemo, address: string) {
  const { text } = await exchange(demo.port, 'GET', '/dev/mailbox.json', {})
  const mails = z.array(mailSchema).parse(JSON.parse(text))
  return mails.filter(({ to }) => to.toLowerCase() === address.toLowerCase())
}

export async function codesTo(demo: RunningDemo, address: string): Promise<string[]> {
  const mails = (await mailsTo(demo, address)).filter(({ subject }) => /code/i.test(subject))
  return mails.flatMap(({ text }) => /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? [])
}

/** Waits until an address has more codes than `before`, and answers the newest. */
export async function newCodeTo(demo: RunningDemo, address: string, before: number): Promise<string> {
  for (let waited = 0; waited < 30_000; waited += 200) {
    const codes = await codesTo(demo, address)
    if (codes.length > before) return codes[0] ?? ''
    await sleep(200)
  }
  throw new Error(`No code came for ${address}`)
}
