import type { FastifyInstance } from 'fastify';
import { holds } from '#models/selector/selector.ts';
import type { Intake } from '../intake.ts';
import type { MonitoringFollower } from '../monitoring-follower.ts';
import type { QualityBoard } from '../quality-board.ts';
import type { Tally } from '../tally.ts';
import type { VersionLatencies } from '../version-latency.ts';
import { badRequest, fieldsOf } from './request.ts';

const textMax = 200;

interface ModelParts {
  readonly tally: Tally;
  readonly quality: QualityBoard;
  readonly latencies: VersionLatencies;
  readonly monitoring: MonitoringFollower;
  readonly intake: Intake;
}

/** How good the models are, who serves whom, and what a person may decide about that. */
export function modelRoutes(server: FastifyInstance, parts: ModelParts): void {
  const { tally, quality, latencies, monitoring, intake } = parts;
  server.get('/api/models', async () => ({
    quality: quality.rows,
    versions: tally.versions.rows(),
    latencies: latencies.rows(),
    personas: tally.personas.rows(),
    standings: [...monitoring.standings.values()].sort((a, b) => (a.persona < b.persona ? -1 : 1)),
  }));
  server.post('/api/models/pin', async ({ body }) => {
    const { persona, reason, model } = decisionIn(body);
    await write(intake, `/personas/${encodeURIComponent(persona)}/pin`, { model, reason });
    return { done: true };
  });
  server.post('/api/models/hold', async ({ body }) => {
    const { persona, reason, model } = decisionIn(body);
    const { hold } = fieldsOf(body);
    if (hold !== null && !holds.some((one) => one === hold)) {
      throw badRequest('"hold" is none of "shadow", "quarantine" and null');
    }
    if (model === null) throw badRequest('"model" is missing');
    await write(intake, `/personas/${encodeURIComponent(persona)}/hold`, { model, hold, reason });
    return { done: true };
  });
}

async function write(intake: Intake, path: string, record: object): Promise<void> {
  await intake.write(path, record, `console ${path} ${Date.now()}`);
}

function decisionIn(body: unknown): { persona: string; model: string | null; reason: string } {
  const { persona, model, reason } = fieldsOf(body);
  if (!isText(persona)) throw badRequest('"persona" is missing');
  if (model !== null && !isText(model)) throw badRequest('"model" is neither a name nor null');
  // It is logged, for whoever asks later why.
  if (!isText(reason)) throw badRequest('"reason" is missing: say why');
  return { persona, model, reason };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= textMax;
}
