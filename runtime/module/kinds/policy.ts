import type { DeadLetterTarget, FailurePolicy } from '../../ports/failure-policy.ts';
import { Fields } from '../fields.ts';
import { mapping, shown, type Read, type Reading } from '../reading.ts';
import type { Tree } from '../tree.ts';
import { durationMs, nonEmptyText, oneOf, typeName } from '../values.ts';

/** The key under which endpoints hold it. It is Weir's own: Flink's StateFun does not know it. */
export const policyKey = 'weir.policy';
/** The key under which ingresses say where records go that can't become messages. */
export const deadLetterKey = 'weir.deadLetter';

export interface EndpointPolicy {
  readonly failure: FailurePolicy;
  /** The budget of one request with its retries; null: as the transport says. */
  readonly retryBudgetMs: number | null;
}

export const defaultPolicy: EndpointPolicy = {
  failure: { onFailure: 'park' },
  retryBudgetMs: null,
};

/** `{retryBudget, onFailure: park | dead-letter | stop, deadLetter}`. */
export const policy: Read<EndpointPolicy> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['retryBudget', 'onFailure', 'deadLetter'], reading);
  const retryBudgetMs = fields.optional('retryBudget', null, durationMs);
  const onFailure = fields.optional('onFailure', 'park', oneOf(['park', 'dead-letter', 'stop']));
  const target =
    onFailure === 'dead-letter'
      ? fields.required('deadLetter', deadLetter)
      : fields.optional('deadLetter', null, deadLetter);
  if (retryBudgetMs === undefined || onFailure === undefined || target === undefined) return;
  if (onFailure !== 'dead-letter' || target === null) {
    return { retryBudgetMs, failure: { onFailure: onFailure === 'stop' ? 'stop' : 'park' } };
  }
  return { retryBudgetMs, failure: { onFailure, deadLetter: target } };
};

/** `namespace/name` of an egress, or `{egress, topic}` for a Kafka egress. */
export const deadLetter: Read<DeadLetterTarget> = (node, what, reading) => {
  if (node.type !== 'mapping') {
    const egress = egressName(node, what, reading);
    return egress === undefined ? undefined : { egress, topic: null };
  }
  const fields = new Fields(node, what, ['egress', 'topic'], reading);
  const egress = fields.required('egress', (value, key) => {
    const name = typeName(value, key, reading);
    if (name !== undefined) claim(value, name, true, reading);
    return name;
  });
  const topic = fields.required('topic', nonEmptyText);
  return egress === undefined || topic === undefined ? undefined : { egress, topic };
};

const egressName: Read<string> = (node, what, reading) => {
  const name = typeName(node, what, reading);
  if (name !== undefined) claim(node, name, false, reading);
  return name;
};

function claim(node: Tree, egress: string, hasTopic: boolean, reading: Reading): void {
  reading.facts.deadLetters.push({ at: node.at, shown: shown(node), egress, hasTopic });
}
