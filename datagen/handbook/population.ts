/**
 * Customers and terminals of the simulated world: the distributions of the transaction simulator
 * in the Fraud Detection Handbook (Le Borgne et al., ULB 2022), drawn anew here.
 */
import { RandomStream, purpose } from '../random.ts';
import type { HandbookOptions } from './options.ts';

/** Side of the square in which everybody lives. */
const side = 100;

/** Columns by customer number, and the terminals that each of them reaches. */
export interface Population {
  readonly meanAmount: Float64Array;
  readonly meanPerDay: Float64Array;
  /** Customer c reaches `reachable[reachableFrom[c] .. reachableFrom[c + 1])`. */
  readonly reachableFrom: Uint32Array;
  readonly reachable: Uint32Array;
}

/** Throws nothing: the options were checked. */
export function createPopulation(options: HandbookOptions): Population {
  const { seed, customers } = options;
  const random = new RandomStream();
  const x = new Float64Array(customers);
  const y = new Float64Array(customers);
  const meanAmount = new Float64Array(customers);
  const meanPerDay = new Float64Array(customers);
  for (let customer = 0; customer < customers; customer++) {
    random.start(seed, purpose.customerProfile, customer, 0);
    x[customer] = side * random.uniform();
    y[customer] = side * random.uniform();
    meanAmount[customer] = 5 + 95 * random.uniform();
    meanPerDay[customer] = options.meanPerDayMax * random.uniform();
  }
  return { meanAmount, meanPerDay, ...reach(options, x, y) };
}

/** Terminals closer than the radius, found through a grid of cells of that size. */
function reach(
  options: HandbookOptions,
  x: Float64Array,
  y: Float64Array,
): { reachableFrom: Uint32Array; reachable: Uint32Array } {
  const grid = placeTerminals(options);
  const limit = options.radius ** 2;
  const reachableFrom = new Uint32Array(options.customers + 1);
  const found: number[] = [];
  for (let customer = 0; customer < options.customers; customer++) {
    const cx = x[customer]!;
    const cy = y[customer]!;
    const column = Math.floor(cx / grid.cellSize);
    const row = Math.floor(cy / grid.cellSize);
    for (let r = Math.max(0, row - 1); r <= Math.min(grid.cellsPerSide - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(grid.cellsPerSide - 1, column + 1); c++) {
        for (const terminal of grid.cells[r * grid.cellsPerSide + c]!) {
          const distance = (grid.x[terminal]! - cx) ** 2 + (grid.y[terminal]! - cy) ** 2;
          if (distance < limit) found.push(terminal);
        }
      }
    }
    reachableFrom[customer + 1] = found.length;
  }
  return { reachableFrom, reachable: Uint32Array.from(found) };
}

interface TerminalGrid {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly cellSize: number;
  readonly cellsPerSide: number;
  readonly cells: readonly number[][];
}

function placeTerminals(options: HandbookOptions): TerminalGrid {
  const random = new RandomStream();
  const cellSize = Math.max(options.radius, 1);
  const cellsPerSide = Math.ceil(side / cellSize);
  const cells: number[][] = Array.from({ length: cellsPerSide ** 2 }, () => []);
  const x = new Float64Array(options.terminals);
  const y = new Float64Array(options.terminals);
  for (let terminal = 0; terminal < options.terminals; terminal++) {
    random.start(options.seed, purpose.terminalProfile, terminal, 0);
    const tx = side * random.uniform();
    const ty = side * random.uniform();
    x[terminal] = tx;
    y[terminal] = ty;
    const cell = Math.floor(ty / cellSize) * cellsPerSide + Math.floor(tx / cellSize);
    cells[cell]!.push(terminal);
  }
  return { x, y, cellSize, cellsPerSide, cells };
}
