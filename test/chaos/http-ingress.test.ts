import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { pause, until } from './processes.ts';
import { expectRegisters, write, type Acknowledged } from './registers.ts';
import { admin, Workload, type AddressPicture } from './workload.ts';

const kills = 10;
const registers = ['a', 'b', 'c'];
const clientsOfEach = 3;

let workload: Workload;
afterEach(() => workload.close());

test('what was acknowledged took effect once, in an order that fits real time', async () => {
  workload = await Workload.open();
  const acknowledged: Acknowledged[] = [];
  let killing = true;
  const client = async (register: string, number: number): Promise<void> => {
    for (let i = 0; killing; i++) {
      const value = `${register}-${number}-${i}`;
      acknowledged.push(await write(workload.httpPort, register, value, number > 0));
    }
  };
  const clients = registers.flatMap((register) =>
    Array.from({ length: clientsOfEach }, (_, number) => client(register, number)),
  );
  for (let i = 0; i < kills; i++) {
    const runtime = await workload.ready();
    await pause(100 + Math.random() * 700);
    await workload.kill(runtime);
  }
  const runtime = await workload.ready();
  killing = false;
  await Promise.all(clients);
  for (const register of registers) {
    acknowledged.push(await write(workload.httpPort, register, `${register}-last`, true));
  }
  const written = () => readOutput(workload.egressFile).filter(({ kind }) => kind === 'register');
  await until('the last records', () => written().length >= acknowledged.length);
  expect(acknowledged.some(({ attempts }) => attempts > 1)).toBe(true);
  expectRegisters(acknowledged, readOutput(workload.egressFile));
  for (const register of registers) {
    const { body } = await admin(runtime, 'GET', `/state/chaos/register/${register}`);
    const { states } = body as AddressPicture;
    expect(states['value']?.json).toBe(`${register}-last`);
  }
}, 240_000);
