import { embed, defineFunction, on, serve, bytes } from '#sdk/index.ts';

const payload = bytes('bench/payload');

/** Adds one to the first four bytes of its state and tells an egress: the smallest useful work. */
const counter = defineFunction(
  { type: 'bench/counter', state: { count: payload } },
  on(payload, (ctx, message) => {
    const before = ctx.state.count;
    const after = Buffer.from(before ?? new Uint8Array(120));
    after.writeUInt32LE((after.readUInt32LE(0) + 1) >>> 0, 0);
    ctx.state.count = after;
    ctx.egress('bench/out', payload, message);
  }),
);

export default embed([counter]);

if (process.argv[2] === 'serve') {
  const server = await serve([counter], { port: 0 });
  process.send?.(server.port);
  process.on('disconnect', () => process.exit(0));
}
