import type { Means } from '#models/selector/means.ts';
import { type PersonaSums, parentMeans, tell } from '#models/selector/parent.ts';
import { type AnyFunction, defineFunction, json, on } from '#sdk/index.ts';
import { parentMeansMessage, personaSumsMessage } from './messages.ts';
import { selectorParentType, selectorType } from './names.ts';

const known = json<Record<string, PersonaSums>>('weir.fraud/PersonaSums');

/** Of all personas together: what a selector hears once a day of how the models do elsewhere. */
export function selectorParent(prior: Means): AnyFunction {
  return defineFunction(
    { type: selectorParentType, state: { known } },
    on(personaSumsMessage, (ctx, { persona, ...sums }) => {
      const all = tell(ctx.state.known ?? {}, persona, sums);
      ctx.state.known = all;
      const means = parentMeans(all, prior);
      ctx.send({ type: selectorType, id: persona }, parentMeansMessage, { means });
    }),
  );
}
