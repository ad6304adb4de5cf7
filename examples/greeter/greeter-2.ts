import { defineFunction, int, on } from '#sdk/index.ts';
import { answer, greeting } from './greeter.ts';

/** The next version: who came before is welcomed back. Its state is that of the first. */
export const greeter = defineFunction(
  { type: 'example/greeter', state: { visits: int } },
  on(greeting, (ctx, { text }) => {
    const visits = (ctx.state.visits ?? 0) + 1;
    ctx.state.visits = visits;
    const words = visits > 1 ? 'welcome back' : text;
    ctx.egress('example/answers', answer, { text: `${words} ${ctx.self.id}, visit ${visits}` });
  }),
);
