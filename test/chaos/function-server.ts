/**
 * The functions of the workload in a process of their own: `node function-server.ts PORT`. With
 * `POISON=taken` they can count what they can't otherwise, with `HANG=over` they answer everything.
 */
import { defineFunction, int, json, on, serve, string } from '#sdk/index.ts';
import type { HttpEvent, Record, RegisterOutput, Timer, ToTotal } from './records.ts';

const record = json<Record>('chaos/Record');
const timer = json<Timer>('chaos/Timer');
const toTotal = json<ToTotal>('chaos/ToTotal');
const output = json<object>('chaos/Output');
const httpEvent = json<HttpEvent>('chaos/HttpEvent');
const reply = json<RegisterOutput>('chaos/RegisterOutput');

const timerDelayMs = 300;
const neverDelayMs = 3_600_000;
const totals = 4;

const counter = defineFunction(
  { type: 'chaos/counter', state: { count: int, ballast: string } },
  on(record, async (ctx, { key, n, ballast, poison, hang, ends }) => {
    if (hang === true && process.env['HANG'] !== 'over') await new Promise(() => undefined);
    if (ends === true) process.exit(1);
    if (poison === true && process.env['POISON'] !== 'taken') {
      throw new Error(`${key} number ${n} can't be counted`);
    }
    const count = (ctx.state.count ?? 0) + 1;
    ctx.state.count = count;
    ctx.egress('chaos/out', output, { kind: 'count', key, n, count });
    const total = `total-${hash(key) % totals}`;
    ctx.send({ type: 'chaos/total', id: total }, toTotal, { key, n });
    if (ballast !== undefined) ctx.state.ballast = `${n} `.repeat(ballast / `${n} `.length);
    if (n % 10 === 0) {
      const dueAt = Date.now() + timerDelayMs;
      ctx.sendAfter(timerDelayMs, ctx.self, timer, { n, dueAt });
    }
    if (n % 10 === 3) {
      ctx.sendAfter(neverDelayMs, ctx.self, timer, { n, dueAt: 0 }, { token: 'taken-back' });
    }
    if (n % 10 === 4) ctx.cancel('taken-back');
  }),
  on(timer, (ctx, { n, dueAt }) => {
    const earlyMs = dueAt - Date.now();
    ctx.egress('chaos/out', output, { kind: 'timer', key: ctx.self.id, n, earlyMs });
  }),
);

const total = defineFunction(
  { type: 'chaos/total', state: { count: int } },
  on(toTotal, (ctx, { key, n }) => {
    const count = (ctx.state.count ?? 0) + 1;
    ctx.state.count = count;
    ctx.egress('chaos/out', output, { kind: 'total', total: ctx.self.id, count, key, n });
  }),
);

const register = defineFunction(
  { type: 'chaos/register', state: { value: string, writes: int } },
  on(httpEvent, (ctx, { register: name, value }) => {
    const previous = ctx.state.value ?? null;
    const writes = (ctx.state.writes ?? 0) + 1;
    ctx.state.value = value;
    ctx.state.writes = writes;
    const written: RegisterOutput = { kind: 'register', register: name, value, previous, writes };
    ctx.egress('chaos/out', reply, written);
    if (ctx.caller !== null) ctx.reply(reply, written);
  }),
);

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return sum;
}

const { port } = await serve([counter, total, register], { port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${JSON.stringify({ msg: 'serving', port })}\n`);
