import { setTimeout as delay } from 'node:timers/promises';
import { embed, defineFunction, json, on } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';

const text = json<string>('test/json');

/** Does what its message says; in a worker thread or in the test's own process. */
const obedient = defineFunction(
  { type: 'test/obedient', state: { last: text } },
  on(text, async (ctx, command) => {
    const before = ctx.state.last ?? 'nothing';
    ctx.state.last = command;
    if (command === 'throw') throw new Error('told to throw');
    if (command === 'hang') await new Promise(() => {});
    if (command === 'exit') process.exit(7);
    if (command === 'spin') for (;;);
    if (command === 'later') await delay(20);
    ctx.send({ type: 'test/out', id: ctx.self.id }, text, `${ctx.self.id}: ${before}, ${command}`);
  }),
);

/** Never waits. */
const quick = defineFunction(
  { type: 'test/quick', state: { last: text } },
  on(text, (ctx, command) => {
    const before = ctx.state.last ?? 'nothing';
    ctx.state.last = command;
    ctx.send({ type: 'test/out', id: ctx.self.id }, text, `${ctx.self.id}: ${before}, ${command}`);
  }),
);

export default embed([obedient, quick], { logger: silentLogger });
