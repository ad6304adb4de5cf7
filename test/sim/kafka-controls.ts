import type { Sabotage } from './process.ts';

/** Broken variants of how records leave exactly once; see `controls.ts`. */
export const kafkaControls: Readonly<Record<string, () => Sabotage>> = {
  'a new producer does not ask what is out already': () => ({
    kafka: (client) => (client.broken.hidesMarkers = true),
  }),
  'the marker of an aborted transaction counts': () => ({
    kafka: (client) => (client.broken.readsUncommitted = true),
  }),
  'a transaction whose end failed counts as committed': () => ({
    kafka: (client) => (client.broken.commitsBlindly = true),
  }),
  'a superseded producer goes on beside its successor (E5)': () => ({
    kafka: (_client, cluster) => (cluster.fences = false),
  }),
};
