// A part for the supervisor's tests: notes what happens to it, and ends as its environment says.
import { appendFileSync, existsSync } from 'node:fs';

const {
  PART_NAME: name,
  PART_NOTES: notes = '',
  PART_EXIT: exit,
  PART_STUBBORN: stubborn,
} = process.env;
const once = process.env['PART_EXIT_ONCE'];

function note(what: string): void {
  appendFileSync(notes, `${name} ${what}\n`);
}

process.on('SIGTERM', () => {
  note('stop');
  if (stubborn === undefined) process.exit(0);
});
process.on('message', (message) => note(`heard ${JSON.stringify(message)}`));
note('start');
if (process.env['PART_READY'] !== undefined) process.send?.('ready');
if (process.env['PART_ASKS'] !== undefined) {
  const task: unknown = JSON.parse(process.env['PART_ASKS']);
  setTimeout(() => process.send?.({ type: 'task', request: 8, task }), 300);
}
process.stderr.write(`${name} says hello\n`);
if (process.env['PART_KILLS'] !== undefined) {
  setTimeout(() => {
    const task = { kind: 'kill', part: process.env['PART_KILLS'] };
    process.send?.({ type: 'task', request: 7, task });
  }, 50);
}
const endsNow = once !== undefined && !existsSync(once);
if (endsNow) appendFileSync(once, '');
if (exit !== undefined || endsNow) {
  process.stderr.write('the last words\n');
  setTimeout(() => process.exit(Number(exit ?? 1)), 20);
} else setInterval(() => {}, 1_000);
