import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Pool, buildConnector } from 'undici';
import { guardedLookup, isDenied } from '#runtime/transport/denied-addresses.ts';
import { EndpointUrl } from '#runtime/transport/endpoint-url.ts';

test.each([
  '169.254.169.254',
  '169.254.0.1',
  '[fe80::1]',
  'fe80::1%eth0',
  '[fd00:ec2::254]',
  '::ffff:169.254.169.254',
  '[::ffff:a9fe:a9fe]',
  '100.100.100.200',
])('%s is never asked', (address) => expect(isDenied(address)).toBe(true));

test.each(['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', 'fd00::1', '169.253.0.1', 'a.example'])(
  '%s may be',
  (address) => expect(isDenied(address)).toBe(false),
);

test.each([
  'http://169.254.169.254/latest/{function.name}',
  // The same in other spellings, as URL parsers read them.
  'http://2852039166/x',
  'http://0xa9fea9fe/x',
  'http://0251.0376.0251.0376/x',
  'http://[::ffff:169.254.169.254]/x',
  'https://[fe80::1]:8443/x',
])('an endpoint at %s is refused when the module is read', (template) => {
  expect(() => new EndpointUrl(template)).toThrow(/link-local/);
});

test('a name that leads to a denied address fails at the connect, whatever else it leads to', async () => {
  const server = createServer((_, response) => response.end('asked'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  let addresses = [{ address: '127.0.0.1', family: 4 }];
  const lookup = guardedLookup((_name, options, found) => {
    if (options.all === true) found(null, addresses);
    else found(null, addresses[0]?.address ?? '', 4);
  });
  const connect = buildConnector({ lookup: lookup });
  const ask = async () => {
    const pool = new Pool(`http://functions.example:${port}`, { connect });
    onTestFinished(() => void pool.destroy());
    const { body } = await pool.request({ path: '/', method: 'GET' });
    return body.text();
  };
  expect(await ask()).toBe('asked');
  // Rebinding: the name leads elsewhere the next time.
  addresses = [{ address: '169.254.169.254', family: 4 }];
  await expect(ask()).rejects.toThrow('no function is asked');
  addresses = [
    { address: '127.0.0.1', family: 4 },
    { address: 'fe80::1', family: 6 },
  ];
  await expect(ask()).rejects.toThrow('no function is asked');
});
