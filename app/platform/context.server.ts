import type { Runtime } from './runtime.server'

/** What our own server hands every loader and action. */
export type RequestContext = {
  runtime: Runtime
  /** For the content security policy of pages that carry scripts. */
  nonce: string
  /** The token that every form on this page carries in its hidden field `csrf`. */
  csrf: string
  /** The peer's address; a forwarded one only from TRUSTED_PROXIES. */
  clientAddress: string
  requestId: string
}

declare module '@remix-run/server-runtime' {
  // Remix wants an interface here, so that applications can add their own fields.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface AppLoadContext extends RequestContext {}

  // Types of loader data as single fetch hands them over.
  interface Future {
    v3_singleFetch: true
  }
}
