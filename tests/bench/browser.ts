export type Page = { status: number; to: string | null; text: string }

/** Somebody with a browser of their own, behind a proxy that names their address: keeps cookies, sends what a form asks for. */
export class Browser {
  private readonly cookies = new Map<string, string>()

  constructor(
    private readonly home: string,
    private readonly clientAddress: string,
    cookie?: string,
  ) {
    if (cookie) this.keep(cookie)
  }

  async open(path: string): Promise<Page> {
    return this.send(path, {})
  }

  /** Opens the page with the form, and sends it filled in; the hidden fields come from the page. */
  async fillIn(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const page = await this.open(path)
    const hidden = [...page.text.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].flatMap(([tag]) => {
      const [name, value] = [attribute(tag, 'name'), attribute(tag, 'value')]
      return name ? [[name, value ?? ''] as const] : []
    })
    const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields })
    return this.send(path, { method: 'POST', body, headers: { Origin: this.home } })
  }

  private async send(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { Accept: 'text/html', 'X-Forwarded-For': this.clientAddress, Cookie: cookie, ...init.headers }
    const answer = await fetch(this.home + path, { ...init, headers, redirect: 'manual' })
    for (const set of answer.headers.getSetCookie()) this.keep(set)
    return { status: answer.status, to: answer.headers.get('Location'), text: await answer.text() }
  }

  private keep(set: string): void {
    const [pair = ''] = set.split(';')
    const at = pair.indexOf('=')
    this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
}
