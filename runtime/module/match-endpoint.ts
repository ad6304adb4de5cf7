import type { EmbeddedSpec, EndpointSpec, ModuleSpec } from './spec.ts';
import { namespaceOf } from './type-names.ts';

/**
 * What serves a function type: a binding of exactly this type wins over one of its namespace.
 * Null if nothing does. Linear in the number of components: ask once per type.
 */
export function matchEndpoint(
  module: Pick<ModuleSpec, 'endpoints' | 'embedded'>,
  functionType: string,
): EndpointSpec | EmbeddedSpec | null {
  const whole = `${namespaceOf(functionType)}/*`;
  return (
    module.embedded.find((embedded) => embedded.functions.includes(functionType)) ??
    module.endpoints.find((endpoint) => endpoint.functions === functionType) ??
    module.endpoints.find((endpoint) => endpoint.functions === whole) ??
    null
  );
}
