import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { HostCheck } from './adapters/adapter'
import { hostAllowed } from './hosts'

/** Resolves a host and judges every address; asked anew at each connection. `allowed` as ALLOWED_SYSTEM_HOSTS. */
export function hostCheck(allowed: readonly string[]): HostCheck {
  return async (host) => {
    const addresses = isIP(host) ? [host] : await resolved(host)
    if (addresses.length === 0) return { ok: true, addresses }
    const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address))
    return hostAllowed(host, addresses, allowed, own) ? { ok: true, addresses } : { ok: false }
  }
}

async function resolved(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map((entry) => entry.address)
  } catch {
    // Without an address there is nothing to judge; the connection then fails as unreachable.
    return []
  }
}
