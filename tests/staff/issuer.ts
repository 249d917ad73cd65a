import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** What the issuer says of somebody besides `sub`. */
export type Said = Record<string, unknown>

/** A small OpenID Connect issuer on a free port of this machine: anybody in `people` may log in there. */
export interface Issuer {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  /** By `sub`; may be changed while it runs. */
  readonly people: Map<string, Said>
  /** Goes through the issuer's own pages as this person's browser would; answers the address that it is sent back to. */
  logIn(start: string, sub: string): Promise<URL>
  close(): Promise<void>
}

export async function startIssuer(redirectUri: string): Promise<Issuer> {
  const people = new Map<string, Said>()
  const [clientId, clientSecret] = ['desk', 'a-secret-between-the-two-of-them']
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'roles'] },
    conformIdTokenClaims: false,
    findAccount: (_, sub) =>
      people.has(sub) ? { accountId: sub, claims: () => ({ sub, ...people.get(sub) }) } : undefined,
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['only-in-tests'] },
  })
  server.on('request', (request, response) => void provider.callback()(request, response))
  return {
    url,
    clientId,
    clientSecret,
    people,
    logIn: (start, sub) => logIn({ start, sub, end: redirectUri }),
    close: () => new Promise((done) => server.close(() => done())),
  }
}

/** A browser of its own: keeps cookies, fills in the issuer's log-in and agrees to what it asks. */
async function logIn({ start, sub, end }: { start: string; sub: string; end: string }): Promise<URL> {
  const cookies = new Map<string, string>()
  const visit = async (address: string, body?: URLSearchParams): Promise<Response> => {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { method: 'POST', body } : {}),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return answer
  }
  let [address, answer] = [start, await visit(start)]
  for (let pages = 0; pages < 12; pages++) {
    const on = answer.headers.get('location')
    if (on) {
      address = new URL(on, address).href
      if (address.startsWith(end)) return new URL(address)
      answer = await visit(address)
      continue
    }
    const page = await answer.text()
    const form = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
    if (!form) throw new Error(`The issuer shows no form: ${answer.status}`)
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? ''
    address = new URL(form.replaceAll('&amp;', '&'), address).href
    answer = await visit(address, new URLSearchParams({ prompt, login: sub, password: 'anything' }))
  }
  throw new Error('The issuer did not come to an end')
}
