import { connect, isIP, type Socket } from 'node:net'
import { SystemError, type HostCheck } from './adapter'

/**
 * Opens the socket itself, so that the address that was judged is the address that is connected to: a name may point
 * elsewhere between the check and the connection.
 */
export async function connectChecked(
  host: string,
  port: number,
  check: HostCheck | undefined,
  timeoutMs: number,
): Promise<Socket> {
  const bare = host.replace(/^\[|\]$/g, '')
  let addresses: readonly string[] = [bare]
  if (check) {
    const judged = await check(bare)
    if (!judged.ok) throw new SystemError({ code: 'HOST_REFUSED', kind: 'refused' })
    addresses = judged.addresses
  }
  let last = new SystemError({ code: 'NO_ADDRESS', kind: 'unreachable', retryable: true })
  for (const address of addresses) {
    try {
      return await open(address, port, timeoutMs)
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      last = error
    }
  }
  throw last
}

function open(address: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, ...(isIP(address) ? {} : { autoSelectFamily: true }) })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new SystemError({ code: 'CONNECT_TIMEOUT', kind: 'timeout', retryable: true }))
    }, timeoutMs)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(new SystemError({ code: error.code ?? 'UNREACHABLE', kind: 'unreachable', retryable: true }))
    })
  })
}
