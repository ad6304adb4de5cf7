import { readdir, readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { readOutput } from '../chaos/ledger.ts';
import { pause, type TestProcess } from '../chaos/processes.ts';
import { expectRegisters, write } from '../chaos/registers.ts';
import { adminUrl, Workload } from '../chaos/workload.ts';
import { hasS3, S3Server } from '../services/s3-server.ts';
import { leastHeap, slopePerHour, type Sample } from './slope.ts';

/**
 * Mixed load for a long time: file and HTTP ingress, timers, state in object storage where that can
 * be had. In the first half runtime and functions are killed in turn, in the second one life is
 * watched: what grows for ever is found there.
 */
const minutes = Number(process.env['WEIR_SOAK_MINUTES'] ?? 30);
const kills = Math.max(2, Math.round(minutes / 5));
const sampleEveryMs = 10_000;

let workload: Workload | null = null;
let store: S3Server | null = null;
afterAll(async () => {
  await workload?.close();
  await store?.stop();
});

async function sampleOf(runtime: TestProcess): Promise<Sample> {
  const status = await readFile(`/proc/${runtime.pid}/status`, 'utf8');
  const residentBytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024;
  const handles = (await readdir(`/proc/${runtime.pid}/fd`)).length;
  const metrics = await (await fetch(new URL('/metrics', await adminUrl(runtime)))).text();
  const heapBytes = Number(/^weir_nodejs_heap_size_used_bytes (.+)$/m.exec(metrics)?.[1]);
  return { atMs: Date.now(), residentBytes, heapBytes, handles };
}

test(
  `${minutes} minutes of mixed load and ${kills} kills`,
  async () => {
    if (hasS3()) store = await S3Server.start();
    workload = await Workload.open({
      ...{ transport: 'weir.transports.v1/batched', keys: 200 },
      // Soon as many as there will be: memory that still grows then is a leak.
      rememberedKeys: 500,
    });
    const running = workload;
    const options = {
      ...(store === null ? {} : { state: store.newPlace() }),
      // As in service: with gigabytes to fill, the garbage of hours would look like a leak.
      env: { NODE_OPTIONS: '--max-old-space-size=256' },
    };
    running.input.feed(10, 25);
    const writes: Awaited<ReturnType<typeof write>>[] = [];
    let over = false;
    const writer = (async () => {
      for (let i = 0; !over; i++) {
        writes.push(await write(running.httpPort, `r-${i % 8}`, `v-${i}`, i % 4 === 0));
        await pause(100);
      }
    })();
    const half = (minutes * 60_000) / 2;
    let runtime = await running.ready(options);
    for (let i = 0; i < kills; i++) {
      await pause(half / kills);
      if (i % 3 === 2) {
        await running.functions.kill();
        await running.startFunctions();
      } else {
        await running.kill(runtime);
        runtime = await running.ready(options);
      }
      console.log(
        `kill ${i + 1} of ${kills}: ${readOutput(running.egressFile).length} records out`,
      );
    }
    const samples: Sample[] = [];
    for (const end = Date.now() + half; Date.now() < end;) {
      await pause(sampleEveryMs);
      expect(runtime.end, runtime.tail()).toBeNull();
      const sample = await sampleOf(runtime);
      samples.push(sample);
      const [resident, heap] = [sample.residentBytes, sample.heapBytes].map((bytes) =>
        Math.round(bytes / 2 ** 20),
      );
      const left = Math.max(0, Math.round((end - Date.now()) / 1_000));
      console.log(
        `${left} s left: ${resident} MiB resident, ${heap} MiB heap, ${sample.handles} open files`,
      );
    }
    over = true;
    await writer;
    await running.expectComplete(runtime);
    expectRegisters(writes, readOutput(running.egressFile));
    // What a heap takes in its first minutes it keeps.
    const third = Math.max(1, Math.floor(samples.length / 3));
    const settled = samples.slice(third);
    const held = [settled.slice(0, third), settled.slice(-third)].map(leastHeap);
    const [first, last] = [settled[0] as Sample, settled.at(-1) as Sample];
    const growth = (slopePerHour(settled) * 100).toFixed(1);
    const shown = held.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' -> ');
    console.log(`resident memory: ${growth} % an hour; least heap: ${shown} MiB`);
    expect(held[1]).toBeLessThan((held[0] as number) * 1.25 + (8 << 20));
    expect(last.residentBytes).toBeLessThan(first.residentBytes * 1.5 + (64 << 20));
    expect(last.handles).toBeLessThan(first.handles + 32);
  },
  minutes * 60_000 * 2 + 600_000,
);
