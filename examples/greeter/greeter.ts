import { defineFunction, int, json, on } from '#sdk/index.ts';

export const greeting = json<{ readonly text: string }>('example/Greeting');
export const answer = json<{ readonly text: string }>('example/Answer');

/** Greets who is greeted, and remembers how often. */
export const greeter = defineFunction(
  { type: 'example/greeter', state: { visits: int } },
  on(greeting, (ctx, { text }) => {
    const visits = (ctx.state.visits ?? 0) + 1;
    ctx.state.visits = visits;
    ctx.egress('example/answers', answer, { text: `${text} ${ctx.self.id}, visit ${visits}` });
  }),
);
