import { expect, test } from 'vitest';
import { PositionHistory } from '#runtime/host/position-history.ts';
import type { Ingress } from '#runtime/ports/ingress.ts';
import { engineRig } from '../core/engine-rig.ts';
import { commitInfo } from './hand-snapshots.ts';

interface HistoryRig {
  readonly behind: number[];
  readonly history: PositionHistory;
  /** One record more, and a cut of it. */
  readonly cut: () => number;
}

function historyRig(): HistoryRig {
  const rig = engineRig();
  const behind: number[] = [];
  const ingress = {
    id: 'i/in',
    behind: (positions: ReadonlyMap<string, number>) => behind.push(positions.get('p') ?? -1),
  } as unknown as Ingress;
  const history = new PositionHistory(rig.engine, [ingress]);
  let cut = 0;
  return {
    behind,
    history,
    cut: () => {
      rig.send('t/f/a', 'x');
      history.cutTaken(++cut);
      return cut;
    },
  };
}

test('a source is told what is behind the oldest cut that is kept', () => {
  const { behind, history, cut } = historyRig();
  for (let sequence = 1; sequence <= 6; sequence++) {
    history.committed(commitInfo(cut(), Math.max(0, sequence - 2)));
  }
  // Nothing is behind cut 0; then always the position of the cut before the last two.
  expect(behind).toEqual([1, 2, 3, 4]);
});

test('a cut that is not committed is behind nothing', () => {
  const { behind, history, cut } = historyRig();
  history.committed(commitInfo(cut(), 1));
  cut();
  history.committed(commitInfo(2, 1));
  expect(behind).toEqual([1, 1]);
  cut();
  expect(behind).toEqual([1, 1]);
});

test('cuts of an earlier writer are kept for as long as recovery may use them', () => {
  const { behind, history, cut } = historyRig();
  history.committed({ ...commitInfo(cut(), 70), sequence: 101 });
  history.committed({ ...commitInfo(cut(), 99), sequence: 102 });
  expect(behind, 'positions of cut 99 are not known here').toEqual([]);
  history.committed({ ...commitInfo(cut(), 101), sequence: 103 });
  expect(behind).toEqual([1]);
});

test('its memory is bounded', () => {
  const { behind, history, cut } = historyRig();
  for (let i = 0; i < 3000; i++) history.committed(commitInfo(cut(), 0));
  history.committed(commitInfo(cut(), 3000));
  expect(behind).toEqual([3000]);
});

test('nothing is kept where no source asks', () => {
  const { engine } = engineRig();
  const history = new PositionHistory(engine, [{ id: 'i/in' } as unknown as Ingress]);
  const positions = engine.intake.positionsOf.bind(engine.intake);
  let asked = 0;
  engine.intake.positionsOf = (ingress) => {
    asked++;
    return positions(ingress);
  };
  history.cutTaken(1);
  history.committed(commitInfo(1, 1));
  expect(asked).toBe(0);
});
