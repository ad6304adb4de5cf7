import { expect, test } from 'vitest';
import { urlTemplateFault } from '#runtime/module/url-template.ts';

test.each([
  'http://localhost:8000/{function.name}',
  'https://functions.example.com/a/b',
  'HTTP://[::1]:80/x/{function.name}/y',
  'http://host',
  'http://host/?f={function.name}',
  'http+unix:///run/functions.sock/{function.name}',
  'http+unix:///run/functions.sock',
])('%s is fine', (template) => {
  expect(urlTemplateFault(template)).toBeNull();
});

// What a message may never choose: scheme, user, host, port, and the path's own segments.
test.each([
  ['/relative', 'no scheme'],
  ['localhost:8000/x', 'no scheme'],
  ['ftp://host/', 'another scheme'],
  ['file:///etc/passwd', 'another scheme'],
  ['javascript://x/', 'another scheme'],
  ['http://{function.name}/', 'host or port'],
  ['http://host:{function.name}/', 'host or port'],
  ['http://host{function.name}/', 'host or port'],
  ['http://{function.name}@host/', 'host or port'],
  ['{function.name}://host/', 'no scheme'],
  ['http://user:password@host/', 'user or password'],
  ['http:///path', 'no host'],
  ['http://:80/path', 'no host'],
  ['http://host:99999/', 'malformed'],
  ['http://ho st/', 'white space'],
  ['http://host/a\r\nb', 'white space'],
  ['http://host\\@evil/', 'backslash'],
  ['http://host/\u0000', 'control'],
  ['http://host/\u202e', 'control'],
  ['http://host/#x', 'fragment'],
  ['http://host/../x', 'segments'],
  ['http://host/%2e%2E/x', 'segments'],
  ['http://host/{function.nam}', 'did you mean'],
  ['http://host/{x}', 'unknown variable'],
  ['http://host/{function.name', 'unknown variable'],
  ['http://host/}', 'unknown variable'],
  ['http+unix:///run/functions/{function.name}', 'no socket'],
  ['http+unix:///run/{function.name}.sock/x', 'path of its socket'],
  ['http+unix://host/run/x.sock', 'host before'],
])('%j is refused', (template, reason) => {
  expect(urlTemplateFault(template)).toContain(reason);
});
