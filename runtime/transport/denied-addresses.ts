import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/**
 * Addresses at which no function is ever asked: link-local ones, where cloud machines hand out
 * their own credentials to whoever asks. A name that was let point there, or an endpoint that a
 * careless template led there, would carry them into replies and logs. Loopback and private
 * addresses are where functions live, so they are allowed.
 */
const denied = new BlockList();
denied.addSubnet('169.254.0.0', 16, 'ipv4');
denied.addSubnet('fe80::', 10, 'ipv6');
denied.addAddress('fd00:ec2::254', 'ipv6');
denied.addAddress('100.100.100.200', 'ipv4');

/** Whether `address`, an IP address in any spelling, is one of these. Names are not. */
export function isDenied(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  return family !== 0 && denied.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;
type Lookup = (name: string, options: LookupOptions, found: Found) => void;

/**
 * Finds the addresses of a name at every connect, so that what was a good name when the module was
 * read can't be another one later. Fails if any of them is denied.
 */
export function guardedLookup(lookup: Lookup = systemLookup): Lookup {
  return (name, options, found) => {
    lookup(name, options, (error, address, family) => {
      const addresses = typeof address === 'string' ? [{ address }] : (address ?? []);
      const bad = error === null ? addresses.find((one) => isDenied(one.address)) : undefined;
      if (bad === undefined) found(error, address, family);
      else found(new Error(`${name} leads to ${bad.address}, where no function is asked`), []);
    });
  };
}
