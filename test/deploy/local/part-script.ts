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
process.stderr.write(`${name} says hello\n`);
if (process.env['PART_KILLS'] !== undefined) {
  setTimeout(() => {
    process.send?.({ type: 'kill', request: 7, part: process.env['PART_KILLS'] });
  }, 50);
}
const endsNow = once !== undefined && !existsSync(once);
if (endsNow) appendFileSync(once, '');
if (exit !== undefined || endsNow) {
  process.stderr.write('the last words\n');
  setTimeout(() => process.exit(Number(exit ?? 1)), 20);
} else setInterval(() => {}, 1_000);
