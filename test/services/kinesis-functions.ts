/** Counts per key, and tells Kinesis: `node kinesis-functions.ts PORT STREAM`. */
import { defineFunction, int, json, on, serve } from '#sdk/index.ts';

const number = json<number>('kinesis/Number');
const stream = process.argv[3] ?? '';

const counter = defineFunction(
  { type: 'kinesis/counter', state: { count: int } },
  on(number, (ctx, n) => {
    const count = (ctx.state.count ?? 0) + 1;
    ctx.state.count = count;
    const value = `${n} ${count}`;
    ctx.kinesisEgress('kinesis/out', { stream, partitionKey: ctx.self.id, value });
  }),
);

const { port } = await serve([counter], { port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${JSON.stringify({ msg: 'serving', port })}\n`);
