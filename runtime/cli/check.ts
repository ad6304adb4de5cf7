import { checkModule } from '../module/load.ts';
import { formatMistake } from '../module/mistakes.ts';
import { redactModule } from '../module/redact.ts';
import { exitCodes } from './exit-codes.ts';
import { summarize } from './module-summary.ts';
import { print, printError, printJson } from './output.ts';

/** `weir check`: every mistake with a hint, or what the module holds. */
export function check(file: string, options: { readonly json: boolean }): number {
  const result = checkModule(file);
  if (options.json) {
    printJson(result.ok ? { ok: true, module: redactModule(result.module) } : result);
  } else if (result.ok) {
    for (const line of summarize(file, result.module)) print(line);
  } else {
    for (const mistake of result.mistakes) {
      print(formatMistake(file, mistake));
      print(`    ${mistake.hint}`);
    }
    const count = result.mistakes.length;
    printError(`${file}: ${count === 1 ? 'a mistake' : `${count} mistakes`}`);
  }
  return result.ok ? exitCodes.ok : exitCodes.data;
}
