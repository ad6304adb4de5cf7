/** The function of the Kafka bench in a process of its own: `node … TOPIC`. */
import { bytes, defineFunction, on, serve } from '#sdk/index.ts';

const payload = bytes('bench/payload');
const topic = process.argv[2] ?? '';

const counter = defineFunction(
  { type: 'bench/counter', state: { count: bytes('bench/state') } },
  on(payload, (ctx, message) => {
    const count = Buffer.alloc(100);
    if (ctx.state.count !== undefined) count.set(ctx.state.count);
    count.writeUInt32LE(count.readUInt32LE(0) + 1, 0);
    ctx.state.count = count;
    ctx.kafkaEgress('bench/out', { topic, key: ctx.self.id, value: message });
  }),
);

const { port } = await serve([counter], { port: 0 });
process.stdout.write(`serving ${port}\n`);
process.on('disconnect', () => process.exit());
