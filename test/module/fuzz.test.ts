import { expect, test } from 'vitest';
import { moduleErrors } from '#runtime/module/errors.ts';
import { parse } from './parsing.ts';
import { injected } from '../fault-table/injected.ts';

const seeds = [
  'kind: weir.file.v1/egress\nspec: {id: a/b, path: x/, retainBytes: 5}\n',
  'kind: weir.http.v1/ingress\nspec:\n  routes: [{path: "/:i", key: {path: i}}]\n',
  'kind: io.statefun.playground.v1/ingress\nspec: &a\n  port: ${env:P:-1}\n---\n',
  'version: "3.0"\nmodule: {spec: {egresses: [egress: {meta: {id: a/b}}]}}\n',
  'kind: io.statefun.endpoints.v2/http\nspec:\n  functions: "a/*"\n  urlPathTemplate: >-\n    http://x/\n',
];
const pieces = [
  ...':-?[]{},#&*!|>\'"%@`\\ \n\t\r\0/${}<~=.',
  '\n---\n',
  ': ',
  '- ',
  '? ',
  '&a ',
  '*a',
  '!!js ',
  '<<: ',
  '${env:P}',
  '${file:x}',
  '__proto__: ',
  '\u{1f600}',
  '\ud800',
  '\ufeff',
  '99999999999999999999',
  '0x1F',
  'null',
];

/** Mulberry32: a seeded generator, so that a failure can be repeated. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function mutate(text: string, below: (n: number) => number): string {
  let mutated = text;
  for (let edits = 1 + below(4); edits > 0; edits--) {
    const at = below(mutated.length + 1);
    const end = at + below(12);
    switch (below(4)) {
      case 0: // remove
        mutated = mutated.slice(0, at) + mutated.slice(end);
        break;
      case 1: // insert
        mutated = mutated.slice(0, at) + pieces[below(pieces.length)]! + mutated.slice(at);
        break;
      case 2: // replace
        mutated = mutated.slice(0, at) + pieces[below(pieces.length)]! + mutated.slice(at + 1);
        break;
      default: // repeat
        mutated = mutated.slice(0, end) + mutated.slice(at);
    }
  }
  return mutated;
}

const count = 100_000;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

test(
  `${count} mutated files are read, or named with codes and places`,
  { timeout: 180_000 },
  () => {
    const codes = new Set(moduleErrors.entries.keys());
    const below = generator(20_260);
    injected(23, count);
    injected(31, count);
    let wrong = 0;
    let slowestCpuMs = 0;
    for (let i = 0; i < count; i++) {
      const text = mutate(seeds[i % seeds.length]!, below);
      const start = cpuMs();
      const result = parse(text, { P: '1' });
      slowestCpuMs = Math.max(slowestCpuMs, cpuMs() - start);
      if (result.ok) continue;
      wrong++;
      const lines = text.split(/\n/).length;
      for (const mistake of result.mistakes) {
        if (!codes.has(mistake.code) || mistake.line < 1 || mistake.line > lines) {
          throw new Error(`mutation ${i}: ${JSON.stringify({ text, mistake })}`);
        }
      }
      if (result.mistakes.length === 0) throw new Error(`mutation ${i}: no reason in ${text}`);
    }
    // Most mutations break a file; if few did, this test would test little.
    expect(wrong).toBeGreaterThan(count / 2);
    // Of processor time: a hang is found, a machine that does something else is not.
    expect(slowestCpuMs).toBeLessThan(1000);
  },
);
