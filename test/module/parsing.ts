import { formatMistake, type Mistake } from '#runtime/module/mistakes.ts';
import { parseModule, type ParseOptions, type ParseResult } from '#runtime/module/parse.ts';
import type { ModuleSpec } from '#runtime/module/spec.ts';

/** Parses a module file at `/app/module.yaml` with an environment and files of the test's own. */
export function parse(
  text: string,
  env: Record<string, string> = {},
  files: Record<string, string> = {},
  more: Partial<ParseOptions> = {},
): ParseResult {
  return parseModule(text, {
    file: '/app/module.yaml',
    env,
    readFile: (path) => {
      const found = files[path];
      if (found === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return found;
    },
    ...more,
  });
}

/** The module, or a failure that shows the mistakes. */
export function parsed(result: ParseResult): ModuleSpec {
  if (result.ok) return result.module;
  throw new Error(result.mistakes.map((mistake) => formatMistake('m', mistake)).join('\n'));
}

export function mistakesIn(result: ParseResult): readonly Mistake[] {
  return result.ok ? [] : result.mistakes;
}

/** `line:column NAME` of every mistake. */
export function places(result: ParseResult): string[] {
  return mistakesIn(result).map(
    ({ line, column, code }) => `${line}:${column} ${code.replace('WEIR_MODULE_', '')}`,
  );
}

/** A module without mistakes: lines 1 to 10, with a `---` behind it for what a test adds. */
export const base = `kind: io.statefun.endpoints.v2/http
spec:
  functions: app/*
  urlPathTemplate: http://localhost:8000/{function.name}
---
kind: io.statefun.playground.v1/ingress
spec:
  port: 8090
---
`;
