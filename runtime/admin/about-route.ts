import { z } from 'zod';

/** The parts of the admin API, in the order of its page. */
export const tags = {
  health: 'Whether the process lives, and whether it takes part.',
  state: 'What addresses hold.',
  parked: 'Addresses that stopped, and what shall become of them.',
  runtime: 'Functions, cuts, metrics, and this description.',
} as const;

/** An answer that is no error. */
interface AboutAnswer {
  readonly says: string;
  readonly body: z.ZodType;
  /** `application/json` if left out. */
  readonly type?: string;
}

/** What a route is for, what it takes, and what it answers. */
export interface AboutRoute {
  /** What generated clients call it. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly details?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, AboutAnswer>>;
  /** Codes of its own; what is refused for every route alike is not among them. */
  readonly errors: readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    about?: AboutRoute;
  }
}

/**
 * The options of a described route. The description lies beside fastify's own `schema` on purpose:
 * that one would serialise answers by it, and leave out whatever it does not name, and would refuse
 * requests in other words than ours. Tests hold real answers against the description instead.
 */
export function about(route: AboutRoute): { readonly config: { readonly about: AboutRoute } } {
  return { config: { about: route } };
}

/** Shapes that many others are made of. */
export const count = z.int().min(0);
export const time = z.string().meta({ format: 'date-time' });
