import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkModule, loadModule } from '#runtime/module/load.ts';
import { base, parsed, places } from './parsing.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'weir-module-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('secrets and folders are those of the module file’s folder', () => {
  const at = folder();
  mkdirSync(join(at, 'out'));
  writeFileSync(join(at, 'host.txt'), 'functions\n');
  const egress = 'kind: weir.file.v1/egress\nspec: {id: a/b, path: out, retainBytes: 1}\n';
  writeFileSync(join(at, 'm.yaml'), base.replace('localhost', '${file:host.txt}') + egress);
  const { endpoints, egresses } = parsed(checkModule(join(at, 'm.yaml'), {}));
  expect(endpoints[0]!.urlPathTemplate).toContain('http://functions:8000/');
  expect(egresses[0]).toMatchObject({ path: join(at, 'out'), folder: true });
});

test('a file that is no text, or no file, has a code of its own', () => {
  const at = folder();
  writeFileSync(join(at, 'm.yaml'), Buffer.from([0x6b, 0xff, 0xfe]));
  expect(() => checkModule(join(at, 'm.yaml'))).toThrow('is not UTF-8');
  expect(() => checkModule(at)).toThrow('it is a folder');
  expect(() => checkModule('/dev/zero')).toThrow('neither a file nor a pipe');
  expect(() => checkModule(join(at, 'none'))).toThrow('ENOENT');
});

test('ten megabytes are not even read', () => {
  const at = folder();
  writeFileSync(join(at, 'm.yaml'), ' '.repeat(10_000_000));
  expect(places(checkModule(join(at, 'm.yaml')))).toEqual(['1:1 TOO_LARGE']);
});

test('a secret that never ends, or is too large, is a mistake', () => {
  const at = folder();
  writeFileSync(join(at, 'large'), 'x'.repeat((1 << 20) + 1));
  for (const path of ['/dev/zero', 'large', '.']) {
    writeFileSync(join(at, 'm.yaml'), base.replace('localhost', `\${file:${path}}`));
    expect(places(checkModule(join(at, 'm.yaml')))).toEqual(['4:20 MISSING_FILE']);
  }
});

test('loading throws one error that names every mistake', () => {
  const at = folder();
  const file = join(at, 'm.yaml');
  writeFileSync(file, base.replace('8090', 'x').replace('functions', 'function'));
  expect(() => loadModule(file)).toThrow(
    expect.objectContaining({
      code: 'WEIR_MODULE_INVALID',
      message: expect.stringMatching(
        /has 2 mistakes:\n.*m\.yaml:3:3: .*\n.*m\.yaml:8:9: /,
      ) as string,
    }) as Error,
  );
});
