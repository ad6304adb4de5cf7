/** Counts per key, and tells Kafka: `node kafka-functions.ts PORT TOPIC`. */
import { defineFunction, int, on, serve, json } from '#sdk/index.ts';

const number = json<number>('kafka/Number');
const topic = process.argv[3] ?? '';

const counter = defineFunction(
  { type: 'kafka/counter', state: { count: int } },
  on(number, (ctx, n) => {
    const count = (ctx.state.count ?? 0) + 1;
    ctx.state.count = count;
    ctx.kafkaEgress('kafka/out', { topic, key: ctx.self.id, value: `${n} ${count}` });
  }),
);

const { port } = await serve([counter], { port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${JSON.stringify({ msg: 'serving', port })}\n`);
