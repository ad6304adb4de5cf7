import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generateProtocol } from '../../scripts/generate-protocol.ts';

const committed = fileURLToPath(new URL('../../protocol/generated/', import.meta.url));

it('the generated modules are those of the .proto files', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'weir-generated-'));
  try {
    await generateProtocol(directory);
    expect(readdirSync(directory).sort()).toEqual(readdirSync(committed).sort());
    for (const file of readdirSync(directory)) {
      const same = readFileSync(join(directory, file)).equals(readFileSync(join(committed, file)));
      expect(same, `${file} is out of date: npm run generate:protocol`).toBe(true);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
