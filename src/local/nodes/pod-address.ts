/**
 * Picks a pod's IPv4 address beside its node's, as the VPC's network plugin takes it from the node's subnet: the first
 * free one from the node's own upwards, wrapping in its /24 and going to the next one when that is full.
 */
export function pickPodAddress(nodeAddress: string, used: ReadonlySet<string>): string {
  const [a = 10, b = 0, c = 0, d = 0] = nodeAddress.split('.').map(Number)
  for (let block = 0; block < 256; block++)
    for (let step = 1; step < 251; step++) {
      // AWS keeps the first four addresses and the last one of a subnet.
      const last = 4 + ((d - 4 + step + 251) % 251)
      const address = `${a}.${b}.${(c + block) % 256}.${last}`
      if (!used.has(address)) return address
    }
  return nodeAddress
}
