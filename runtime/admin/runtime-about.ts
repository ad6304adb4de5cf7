import { z } from 'zod';
import { about } from './about-route.ts';
import { adminErrors } from './errors.ts';
import { commit, endpoint, keptCut, liveness, readiness, unchanged } from './runtime-shapes.ts';

export const aboutLiveness = about({
  id: 'getLiveness',
  tag: 'health',
  summary: 'Whether the process answers.',
  answers: { 200: { says: 'It does.', body: liveness } },
  errors: [],
});

export const aboutReadiness = about({
  id: 'getReadiness',
  tag: 'health',
  summary: 'Whether the runtime takes part.',
  answers: {
    200: { says: 'The ingresses are open, and read their sources.', body: readiness },
    503: {
      says: 'It is a standby, is starting or stopping, or an ingress can’t read its source.',
      body: readiness,
    },
  },
  errors: [],
});

export const aboutMetrics = about({
  id: 'getMetrics',
  tag: 'runtime',
  summary: 'The metrics, for Prometheus.',
  answers: {
    200: { says: 'The text format of Prometheus.', body: z.string(), type: 'text/plain' },
  },
  errors: [],
});

export const aboutEndpoints = about({
  id: 'listEndpoints',
  tag: 'runtime',
  summary: 'Where functions are, and how they do.',
  answers: { 200: { says: 'All endpoints of the module.', body: z.array(endpoint) } },
  errors: [],
});

export const aboutSnapshots = about({
  id: 'listSnapshots',
  tag: 'runtime',
  summary: 'The cuts that are kept, newest first.',
  details: 'Read from the store; works on a standby.',
  answers: { 200: { says: 'Those that recovery could use.', body: z.array(keptCut) } },
  errors: [],
});

export const aboutCommit = about({
  id: 'commitNow',
  tag: 'runtime',
  summary: 'Commits now, and answers when it is durable.',
  answers: { 200: { says: 'Everything so far is durable.', body: z.union([commit, unchanged]) } },
  errors: [adminErrors.code('NOT_READY')],
});

export const aboutDocument = about({
  id: 'getDescription',
  tag: 'runtime',
  summary: 'This description.',
  answers: {
    200: { says: 'A document of OpenAPI 3.1.', body: z.looseObject({ openapi: z.string() }) },
  },
  errors: [],
});
