import { BlockList, isIP } from 'node:net'

const REFUSED = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8], // unspecified, "this network"
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, metadata of most clouds
  ['100.100.100.200', 32], // metadata of Alibaba Cloud
  ['168.63.129.16', 32], // metadata of Azure
  ['192.0.0.192', 32], // metadata of Oracle Cloud
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const) {
  REFUSED.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128], // metadata of AWS over IPv6
  ['fd20:ce::254', 128], // metadata of Google Cloud over IPv6
] as const) {
  REFUSED.addSubnet(net, bits, 'ipv6')
}

const METADATA_NAMES = /^(metadata|metadata\.google\.internal|instance-data(\..*)?)\.?$/i

/** An IPv4 address written as IPv6 (`::ffff:127.0.0.1`, NAT64) judged as what it is. */
function plainAddress(address: string): string {
  const mapped = /^(?:::ffff:|::|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1]) return mapped[1]
  const hex = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address)
  if (!hex?.[1] || !hex[2]) return address
  const [high, low] = [parseInt(hex[1], 16), parseInt(hex[2], 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function inList(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function isAllowed(host: string, address: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    if (entry.toLowerCase() === host.toLowerCase()) return true
    const [net, bits] = entry.split('/')
    if (!net || !isIP(net)) return false
    if (isIP(net) !== isIP(address)) return false
    const list = new BlockList()
    list.addSubnet(
      net,
      bits === undefined ? (isIP(net) === 6 ? 128 : 32) : Number(bits),
      isIP(net) === 6 ? 'ipv6' : 'ipv4',
    )
    return inList(list, address)
  })
}

/**
 * Whether a connected system may live at this host. Loopback, link-local, metadata, multicast and unspecified addresses and
 * the machine's own are refused unless `allowed` (ALLOWED_SYSTEM_HOSTS: hosts, addresses or CIDRs) names them; private
 * networks are where a CRM normally lives. `addresses` are what the host resolves to; each one must pass.
 */
export function hostAllowed(
  host: string,
  addresses: readonly string[],
  allowed: readonly string[],
  ownAddresses: readonly string[] = [],
): boolean {
  if (addresses.length === 0) return false
  return addresses.every((written) => {
    const address = plainAddress(written.split('%')[0] ?? written)
    if (isIP(address) === 0) return false
    if (isAllowed(host, address, allowed)) return true
    return !METADATA_NAMES.test(host) && !ownAddresses.includes(address) && !inList(REFUSED, address)
  })
}

/** Whether the settings name the host, or every address of it, in so many words. */
export function isNamed(host: string, addresses: readonly string[], allowed: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((address) => isAllowed(host, plainAddress(address), allowed))
}
