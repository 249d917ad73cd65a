import { expect, test } from 'vitest'
import { networkOf } from '~/platform/client-network'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
  ['', ''],
])('tries of %s count for %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('all addresses of one household are one', () => {
  const hosts = Array.from({ length: 500 }, (_, at) => networkOf(`2001:db8:7:8:${at.toString(16)}:1:2:${at}`))
  expect(new Set(hosts).size).toBe(1)
})
