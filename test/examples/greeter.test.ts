import { expect, test } from 'vitest';
import { testHarness } from '#sdk/index.ts';
import { answer, greeter, greeting } from '../../examples/greeter/greeter.ts';
import { greeter as next } from '../../examples/greeter/greeter-2.ts';

test('counts the visits of each name', async () => {
  const harness = testHarness([greeter]);
  await harness.send(greeter.at('Ada'), greeting, { text: 'hello' });
  await harness.send(greeter.at('Ada'), greeting, { text: 'hello' });
  await harness.send(greeter.at('Bob'), greeting, { text: 'hi' });
  expect(harness.state(greeter.at('Ada')).visits).toBe(2);
  expect(harness.egress('example/answers', answer)).toEqual([
    { text: 'hello Ada, visit 1' },
    { text: 'hello Ada, visit 2' },
    { text: 'hi Bob, visit 1' },
  ]);
});

test('the next version welcomes back who came before', async () => {
  const harness = testHarness([next]);
  await harness.send(next.at('Ada'), greeting, { text: 'hello' });
  await harness.send(next.at('Ada'), greeting, { text: 'hello' });
  expect(harness.egress('example/answers', answer)).toEqual([
    { text: 'hello Ada, visit 1' },
    { text: 'welcome back Ada, visit 2' },
  ]);
});
