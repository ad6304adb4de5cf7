import { adminErrors } from './errors.ts';

/** Throws NOT_READY unless the runtime takes part. */
export function running(view: { readonly state: string }): void {
  if (view.state !== 'running') throw adminErrors.NOT_READY(`the runtime is ${view.state}`);
}

/** Before it has recovered, an engine knows nothing: an empty answer would be a wrong one. */
export function recovered(view: { readonly state: string }): void {
  if (view.state !== 'stopping') running(view);
}
