import { buildBoard } from './build-board.ts';
import { fraudBoard } from './fraud-board.ts';
import { functionsBoard } from './functions-board.ts';
import { runtimeBoard } from './runtime-board.ts';

/** File name to the text of the board, as Grafana imports it. */
export function boardFiles(): Map<string, string> {
  return new Map(
    [fraudBoard, runtimeBoard, functionsBoard].map((spec) => [
      `${spec.uid}.json`,
      `${JSON.stringify(buildBoard(spec), null, 2)}\n`,
    ]),
  );
}
