import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartLog } from '../../../deploy/local/part-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log of a part', () => {
  it('puts lines together that come in pieces', () => {
    const log = new PartLog(join(folder, 'logs', 'runtime.log'));
    log.write('rea');
    log.write('dy\nand ');
    log.write('more');
    log.close();
    expect(readFileSync(log.path, 'utf8')).toBe('ready\nand more\n');
    expect(log.lastLines).toEqual(['ready', 'and more']);
  });

  it('stays bounded, on disk and in memory', () => {
    const log = new PartLog(join(folder, 'runtime.log'));
    const line = `${'x'.repeat(10_000)}\n`;
    for (let i = 0; i < 1_300; i++) log.write(line);
    log.close();
    expect(statSync(log.path).size).toBeLessThan(6 * 1024 * 1024);
    expect(statSync(`${log.path}.1`).size).toBeLessThan(6 * 1024 * 1024);
    expect(log.lastLines).toHaveLength(20);
  });

  it('does not gather a line without an end', () => {
    const lines: string[] = [];
    const log = new PartLog(join(folder, 'runtime.log'), (line) => lines.push(line));
    for (let i = 0; i < 40; i++) log.write('x'.repeat(1_000));
    expect(lines.length).toBeGreaterThan(0);
    log.close();
  });
});
