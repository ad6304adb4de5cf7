import { setTimeout as delay } from 'node:timers/promises';
import { defineFunction, embed, int, json, on } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';

const text = json<string>('test/text');
const record = json<{ topic: string; payload: string }>('io.statefun.playground/EgressRecord');

/** Counts its messages and emits each; `poison` is never handled, `slow` takes for ever. */
const echo = defineFunction(
  { type: 'test/echo', state: { count: int } },
  on(text, async (ctx, said) => {
    if (said === 'poison') throw new Error('told to fail');
    if (said === 'slow') await delay(3_600_000, undefined, { ref: false });
    ctx.state.count = (ctx.state.count ?? 0) + 1;
    const payload = `${ctx.self.id}: ${said}`;
    ctx.egress('io.statefun.playground/egress', record, { topic: 'out', payload });
  }),
);

export default embed([echo], { logger: silentLogger });
