import { describe, expect, test } from 'vitest';
import { EndpointUrl } from '#runtime/transport/endpoint-url.ts';

const template = 'http://functions.example:8000/fn/{function.name}/invoke?type={function.name}';

/** As servers and proxies read a request target. */
function parsed(target: string): URL {
  return new URL(`http://functions.example:8000${target}`);
}

describe('a function name in the URL', () => {
  const hostile: [string, string][] = [
    ['climbing', '../../admin'],
    ['climbing, encoded', '%2e%2e%2fadmin'],
    ['slashes', '//evil.example/x'],
    ['host', '@evil.example'],
    ['port', ':99'],
    ['query', '?admin=1'],
    ['fragment', '#x'],
    ['backslash', '..\\..\\admin'],
    ['header', 'a\r\nhost: evil.example\r\n\r\n'],
    ['NUL', 'a\0b'],
    ['unicode dots', '\u2024\u2024\uff0e\uff0e\u3002'],
    ['blank', 'a b\tc'],
    ['scheme', 'http://evil.example/'],
    ['separators of queries', 'a&b=c;d'],
    ['percent', '100%'],
    ['4 KB', 'x'.repeat(4096)],
    ['emoji', '\u{1f4a5}'],
    ['parentheses', "(!*')"],
  ];
  test.each(hostile)('%s stays in one segment', (_what, name) => {
    const url = new EndpointUrl(template);
    // The name is what follows the last slash; what is before it is the namespace.
    const last = name.slice(name.lastIndexOf('/') + 1) || 'x';
    const target = url.pathOf(`ns/${name.endsWith('/') ? `${name}x` : name}`);
    const seen = parsed(target);
    expect(url.origin).toBe('http://functions.example:8000');
    expect(seen.host).toBe('functions.example:8000');
    expect(seen.hash).toBe('');
    expect(target).toMatch(/^[\x21-\x7e]+$/);
    expect(seen.pathname.split('/')).toEqual(['', 'fn', encodedLike(seen, 2), 'invoke']);
    expect(decodeURIComponent(seen.pathname.split('/')[2]!)).toBe(last);
    expect([...seen.searchParams.keys()]).toEqual(['type']);
    expect(seen.searchParams.get('type')).toBe(last);
  });

  test.each(['.', '..', ''])('%j is refused: no encoding of it is safe', (name) => {
    expect(() => new EndpointUrl(template).pathOf(`ns/${name}`)).toThrow(
      expect.objectContaining({ code: 'WEIR_TRANSPORT_BAD_FUNCTION_NAME' }),
    );
  });

  test('dots that the template adds to are refused, too', () => {
    const url = new EndpointUrl('http://h/a/.{function.name}/b');
    expect(() => url.pathOf('ns/.')).toThrow(/segment of dots/);
    expect(url.pathOf('ns/well-known')).toBe('/a/.well-known/b');
  });

  test('half a surrogate pair is refused', () => {
    expect(() => new EndpointUrl(template).pathOf('ns/\ud800')).toThrow(/well-formed/);
  });

  test('many names do not fill the memory, and stay right', () => {
    const url = new EndpointUrl('http://h/{function.name}');
    for (let i = 0; i < 3000; i++) expect(url.pathOf(`ns/f${i % 1500}`)).toBe(`/f${i % 1500}`);
  });
});

function encodedLike(url: URL, segment: number): string {
  const text = url.pathname.split('/')[segment]!;
  expect(text).not.toBe('');
  return text;
}

describe('a URL template', () => {
  test('without the placeholder is the same for all', () => {
    const url = new EndpointUrl('https://h:8443/a b/ü?q=1#fragment');
    expect(url.origin).toBe('https://h:8443');
    expect(url.pathOf('ns/a')).toBe('/a%20b/%C3%BC?q=1');
  });

  test('may have no path, or only a query', () => {
    expect(new EndpointUrl('http://h').pathOf('ns/a')).toBe('/');
    expect(new EndpointUrl('http://h?f={function.name}').pathOf('ns/a')).toBe('/?f=a');
  });

  test('keeps IPv6 hosts and drops default ports', () => {
    expect(new EndpointUrl('http://[::1]:80/x').origin).toBe('http://[::1]');
  });

  test('keeps credentials out of what is shown', () => {
    const url = new EndpointUrl('http://user:se%63ret@h/fn');
    expect(url.shown).toBe('http://h/fn');
    expect(url.origin).toBe('http://h');
    expect(url.authorization).toBe(`Basic ${Buffer.from('user:secret').toString('base64')}`);
  });

  test('of a unix socket ends the path at .sock', () => {
    const url = new EndpointUrl('http+unix:///run/my.app/fn.sock/statefun/{function.name}');
    expect(url.socketPath).toBe('/run/my.app/fn.sock');
    expect(url.pathOf('ns/greeter')).toBe('/statefun/greeter');
    expect(new EndpointUrl('http+unix://fn.sock').pathOf('ns/a')).toBe('/');
  });

  test.each([
    'ftp://h/x',
    'h:8000/x',
    'http://{function.name}/x',
    'http://h:{function.name}/x',
    'http:///x',
    'http://h:99999/',
    'http+unix:///run/fn/x',
    'http+unix:///run/{function.name}.sock/x',
    '',
  ])('%j is refused', (bad) => {
    expect(() => new EndpointUrl(bad)).toThrow(
      expect.objectContaining({ code: 'WEIR_TRANSPORT_BAD_URL' }),
    );
  });
});
