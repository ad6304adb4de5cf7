/** How scores and reports leave: as records of their own type, or as records for Kafka topics. */
import type { Context } from '#sdk/index.ts';
import { type Monitoring, type Score, monitoringRecord, scoreRecord } from './messages.ts';
import { monitoringEgress, scoresEgress } from './names.ts';

type Egress = Pick<Context, 'egress' | 'kafkaEgress'>;

export interface Output {
  score(ctx: Egress, score: Score): void;
  monitoring(ctx: Egress, report: Monitoring): void;
}

export interface Topics {
  /** Null: the egress is none of Kafka. */
  readonly scores: string | null;
  readonly monitoring: string | null;
}

/**
 * Records for Kafka name their topic, so a function has to know it: the egress of the module file
 * only says where Kafka is. Scores are keyed by account, so that those of one stay in order.
 */
export function outputTo({ scores, monitoring }: Topics): Output {
  return {
    score(ctx, value) {
      if (scores === null) return ctx.egress(scoresEgress, scoreRecord, value);
      const record = { topic: scores, key: value.accountId, type: scoreRecord, value };
      ctx.kafkaEgress(scoresEgress, record);
    },
    monitoring(ctx, value) {
      if (monitoring === null) return ctx.egress(monitoringEgress, monitoringRecord, value);
      const record = { topic: monitoring, key: value.kind, type: monitoringRecord, value };
      ctx.kafkaEgress(monitoringEgress, record);
    },
  };
}

/** Every egress takes the records as they are. */
export const plainOutput = outputTo({ scores: null, monitoring: null });
