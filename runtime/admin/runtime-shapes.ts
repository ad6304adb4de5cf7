import { z } from 'zod';
import { count } from './about-route.ts';

const runtimeState = z
  .enum(['starting', 'standby', 'recovering', 'running', 'stopping', 'stopped'])
  .describe('`running` while the ingresses are open.');
export type RuntimeState = z.infer<typeof runtimeState>;

export const liveness = z.object({ state: runtimeState }).meta({ id: 'Liveness' });

export const readiness = z
  .object({
    state: runtimeState,
    epoch: count.nullable().describe('Of this writer; null before it has the state.'),
    trouble: z
      .exactOptional(z.array(z.string()))
      .describe('Why ingresses can’t read their sources; missing if all can.'),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof readiness>;

export const endpoint = z
  .object({
    functions: z.string().describe('Function types served, as in the module: `ns/name` or `ns/*`.'),
    url: z.string().describe('Without user, password and the values in its query.'),
    transport: z.string().describe('A kind of the module file.'),
    state: z.enum(['unknown', 'up', 'down']),
    since: z
      .number()
      .nullable()
      .describe('Of the last change of `state`, in milliseconds since 1970; null while unknown.'),
    inFlight: count.describe('Requests that are not answered yet.'),
    lastError: z.string().nullable(),
    failuresByClass: z.record(z.string(), count),
    retries: count,
  })
  .meta({ id: 'Endpoint', description: 'Where functions are, and how they do.' });
export type Endpoint = z.infer<typeof endpoint>;

export const keptCut = z
  .object({
    sequence: count.describe('Number of the cut in the life of the state.'),
    current: z.boolean().describe('Whether recovery uses this one.'),
    epoch: count.describe('Of the writer that committed it.'),
    takenAt: z.string().describe('ISO 8601; empty before the first cut.'),
    bases: count.describe('Segments that hold everything up to some cut.'),
    deltas: count.describe('Segments that hold the changes since.'),
    inlined: count.describe('Cuts that travel in the head.'),
    bytes: count,
    writes: count.describe('Objects that its commit wrote, if nothing had to be repeated.'),
    written: count.describe('Their bytes; of an earlier cut without its head, which is gone.'),
  })
  .meta({ id: 'KeptCut', description: 'A committed cut that recovery could use.' });
export type KeptCut = z.infer<typeof keptCut>;

export const commit = z
  .object({
    epoch: count.describe('Of this writer.'),
    sequence: count.describe('Number of the cut in the life of the state.'),
    lineage: z.string().describe('Identity of the history of the state.'),
    commitId: z.string(),
    cut: count.describe('Number of the cut in the life of this writer.'),
    bytes: count.describe('Written to the store for this commit.'),
    requests: count.describe('Made to the store meanwhile.'),
    durationMs: z.number().min(0),
    oldestRetainedSequence: count.describe('The oldest cut that recovery could still use.'),
  })
  .meta({ id: 'Commit' });
export type Commit = z.infer<typeof commit>;

export const unchanged = commit
  .partial()
  .extend({ unchanged: z.literal(true) })
  .meta({
    id: 'Unchanged',
    description: 'Nothing had changed: the last commit of this writer, if it has made one.',
  });
export type Unchanged = z.infer<typeof unchanged>;
