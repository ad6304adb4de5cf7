/** How the next model to serve is chosen from what is known of all of them. */
import { blendWeights } from './blend.ts';
import { type Sums, pairIndex } from './evidence.ts';
import { type Means, shrunk } from './means.ts';

/** What a policy may look at. */
export interface Standing {
  /** By model: discounted transactions behind its mean, prior included. */
  readonly count: readonly number[];
  /** By model: those of them that this persona saw itself. */
  readonly own: readonly number[];
  /** By model: mean loss, shrunk to what is known beyond this persona. */
  readonly mean: readonly number[];
  /** Those means, and of products of errors likewise. */
  readonly means: Means;
  /** Standard error of the difference of two models' means; null while nothing pairs them. */
  readonly error: (i: number, j: number) => number | null;
  /** Which models gave a probability for this transaction; never all false. */
  readonly healthy: readonly boolean[];
  /** The model that this persona was served by last; null while none leads for certain. */
  readonly incumbent: number | null;
  /** Days since it was taken. */
  readonly incumbentDays: number;
}

/** The share of each model: 1 for one of them, or a draw's chances, or a blend's weights. */
export interface Choice {
  readonly weights: readonly number[];
  /** `draw`: one model is drawn by the weights. Else the score is the weighted mean, of that name. */
  readonly kind: 'draw' | 'mean' | 'learned-blend';
}

export interface Policy {
  readonly name: string;
  /** Whether it serves others than the best now and then: without, bandit mode learns nothing. */
  readonly explores: boolean;
  /** `random`: uniform in [0, 1), decided by the transaction. */
  choose(standing: Standing, random: () => number): Choice;
}

/** z of a rival's lead from which the incumbent no longer serves alone. */
const giveWayAtZ = 0.5;
/** z of the leader's lead over the next best from which it serves alone. */
const takeOverAtZ = 1;
const dwellDays = 1;
const minEvidence = 500;
const explore = 0.05;
/** Of Hedge and EXP3: how strongly a difference in summed loss counts. */
const learningRate = 1;

/**
 * Follow the leader while it leads by more than chance: the recommended one. While nobody does, the
 * plain mean of all serves, which is a safer bet than any one of them: at a start of which nothing is
 * known, and after a change, until labels say who is best now. It explores nothing, so it needs the
 * losses of all models.
 */
const followTheLeader: Policy = {
  name: 'follow-the-leader',
  explores: false,
  choose({ own, mean, error, healthy, incumbent, incumbentDays }) {
    /** z of the leader's lead over a rival; 0 where nothing tells them apart. */
    const leadOver = (rival: number, leader: number): number => {
      const se = rival === leader ? null : error(leader, rival);
      return se === null || se === 0 ? 0 : (mean[rival]! - mean[leader]!) / se;
    };
    const leader = best(mean, healthy);
    if (incumbent !== null) {
      // A model that cannot score a transaction loses that one, not its place.
      if (!healthy[incumbent]) return one(mean.length, leader);
      const givesWay = leadOver(incumbent, leader) > giveWayAtZ && incumbentDays >= dwellDays;
      if (!givesWay) return one(mean.length, incumbent);
    }
    const others = healthy.map((ok, i) => ok && i !== leader);
    if (!others.includes(true)) return one(mean.length, leader);
    const certain =
      own[leader]! >= minEvidence && leadOver(best(mean, others), leader) > takeOverAtZ;
    return certain ? one(mean.length, leader) : plainMean(healthy);
  },
};

/**
 * A draw of how far each model may be from the leader, given how little is known of the difference;
 * of its mean alone where nothing pairs the two.
 */
const thompson: Policy = {
  name: 'thompson',
  explores: true,
  choose({ count, mean, error, healthy }, random) {
    const leader = best(mean, healthy);
    const drawn = mean.map((value, i) => {
      const alone = Math.sqrt(Math.max(1e-6, value * (1 - value)) / Math.max(1, count[i]!));
      const paired = i === leader ? 0 : error(i, leader);
      return value + (paired ?? alone) * normal(random);
    });
    return one(mean.length, best(drawn, healthy));
  },
};

/** Auer et al. 2002, on 1 - loss. */
const ucb1: Policy = {
  name: 'ucb1',
  explores: true,
  choose({ count, mean, healthy }) {
    const total = count.reduce((sum, value) => sum + value, 0);
    const optimistic = mean.map((value, i) => {
      return value - Math.sqrt((2 * Math.log(Math.max(2, total))) / Math.max(1, count[i]!));
    });
    return one(mean.length, best(optimistic, healthy));
  },
};

const epsilonGreedy: Policy = {
  name: 'epsilon-greedy',
  explores: true,
  choose({ mean, healthy }) {
    const usable = healthy.filter(Boolean).length;
    const leader = best(mean, healthy);
    return draw(
      healthy.map((ok, i) => (ok ? explore / usable : 0) + (i === leader ? 1 - explore : 0)),
    );
  },
};

/** Weights fall exponentially with the loss (Freund and Schapire 1997). */
const hedge: Policy = {
  name: 'hedge',
  explores: true,
  choose: (standing) => draw(exponential(standing)),
};

/** Hedge with a share for exploration (Auer et al. 2002): meant for bandit mode. */
const exp3: Policy = {
  name: 'exp3',
  explores: true,
  choose(standing) {
    const usable = standing.healthy.filter(Boolean).length;
    const weights = exponential(standing);
    return draw(
      weights.map((w, i) => (1 - explore) * w + (standing.healthy[i] ? explore / usable : 0)),
    );
  },
};

/** The plain mean of the healthy models: needs no labels. The rival of every selection. */
const mean: Policy = {
  name: 'mean',
  explores: false,
  choose: ({ healthy }) => plainMean(healthy),
};

/** The weighted mean of the healthy models that late labels say would have erred least. */
const learnedBlend: Policy = {
  name: 'learned-blend',
  explores: false,
  choose: ({ means, healthy }) => ({
    kind: 'learned-blend',
    weights: blendWeights(means, healthy),
  }),
};

const all = [followTheLeader, thompson, ucb1, epsilonGreedy, hedge, exp3, mean, learnedBlend];

export const policies: ReadonlyMap<string, Policy> = new Map(
  all.map((policy) => [policy.name, policy]),
);

/**
 * What is known of a persona, shrunk to `parent` (what is known beyond it), which counts for
 * `pseudoCount` transactions at most.
 */
export function standingOf(
  own: Sums,
  parent: Means,
  pseudoCount: number,
): Pick<Standing, 'count' | 'own' | 'mean' | 'means' | 'error'> {
  const models = parent.loss.length;
  const means = shrunk(own, parent, pseudoCount);
  return {
    count: Array.from(own.count, (n) => n + pseudoCount),
    own: [...own.count],
    mean: means.loss,
    means,
    error(i, j) {
      const n = Math.min(own.count[i]!, own.count[j]!);
      if (n < 1) return null;
      const square = own.squares[pairIndex(models, i, j)]! / n;
      const difference = (own.loss[i]! - own.loss[j]!) / n;
      const variance = Math.max(0, square - difference ** 2);
      return Math.sqrt(variance * n) / (n + pseudoCount);
    },
  };
}

function best(losses: readonly number[], healthy: readonly boolean[]): number {
  let leader = -1;
  for (let i = 0; i < losses.length; i++) {
    if (healthy[i] && (leader === -1 || losses[i]! < losses[leader]!)) leader = i;
  }
  return leader;
}

function exponential({ mean: losses, count, healthy }: Standing): number[] {
  const least = losses[best(losses, healthy)]!;
  const raw = losses.map((loss, i) => {
    return healthy[i] ? Math.exp(-learningRate * count[i]! * (loss - least)) : 0;
  });
  const sum = raw.reduce((total, value) => total + value, 0);
  return raw.map((value) => value / sum);
}

function one(models: number, chosen: number): Choice {
  return draw(Array.from({ length: models }, (_, i) => (i === chosen ? 1 : 0)));
}

function plainMean(healthy: readonly boolean[]): Choice {
  const usable = healthy.filter(Boolean).length;
  return { kind: 'mean', weights: healthy.map((ok) => (ok ? 1 / usable : 0)) };
}

function draw(weights: readonly number[]): Choice {
  return { kind: 'draw', weights };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
