/**
 * `POST <path>`: one record or newline-separated many, taken all or none, acknowledged when they
 * are durable (E4). With `?wait=reply` the request is held until a function answers it.
 */
import type { Clock, Random } from '../ports/clock.ts';
import type {
  CommittedReply,
  Ingress,
  IngressMessage,
  IngressSink,
  OfferResult,
} from '../ports/ingress.ts';
import { systemClock, systemRandom } from '../ports/system-clock.ts';
import { ingressErrors } from './errors.ts';
import type { HttpAnswer } from './http-answer.ts';
import { HttpRefusal, unavailable } from './http-answer.ts';
import { readBody } from './http-body.ts';
import type { HttpExchange, HttpHandler, HttpHosts, Mounted } from './http-host.ts';
import { processHosts } from './http-host.ts';
import { HttpIntake, badRequest, idempotencyKeyOf, singleHeader } from './http-intake.ts';
import type { HttpRecord } from './http-records.ts';
import { recordsOf, saysLines } from './http-records.ts';
import type { Route, RouteOptions } from './http-routes.ts';
import { byPrecedence, parseRoute, routeMatches } from './http-routes.ts';
import { checkedId } from './record-key.ts';
import { ReplyWaiters } from './reply-waiters.ts';

export interface HttpIngressOptions {
  readonly id: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly routes: readonly RouteOptions[];
  /** The servers to share; default: those of this process. */
  readonly hosts?: HttpHosts;
  /** Of the decoded body; default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** How long `?wait=reply` waits; default 30 s. */
  readonly replyTimeoutMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

export class HttpIngress implements Ingress, HttpHandler {
  readonly id: string;
  readonly method = 'POST';
  readonly routes: readonly string[];
  readonly #options: HttpIngressOptions;
  readonly #table: readonly Route[];
  readonly #random: Random;
  readonly #waiters: ReplyWaiters;
  #intake!: HttpIntake;
  #mounted: Mounted | null = null;

  constructor(options: HttpIngressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#table = byPrecedence(options.routes.map(parseRoute));
    this.routes = this.#table.map((route) => `POST ${route.path}`);
    this.#random = options.random ?? systemRandom;
    this.#waiters = new ReplyWaiters(options.clock ?? systemClock);
  }

  /** The port it listens on, once open. */
  get port(): number {
    return this.#mounted?.port ?? this.#options.port;
  }

  async open(sink: IngressSink): Promise<void> {
    for (const target of this.#table.flatMap((route) => route.targets)) {
      if (sink.knows(target)) continue;
      throw ingressErrors.UNKNOWN_TARGET(`ingress ${this.id}: nothing serves target ${target}`);
    }
    this.#intake = new HttpIntake(sink);
    const { hosts = processHosts, host, port } = this.#options;
    this.#mounted = await hosts.mount(host, port, this);
  }

  reply(reply: CommittedReply): void {
    this.#waiters.deliver(reply);
  }

  pause(): void {
    this.#intake?.pause();
  }

  async close(): Promise<void> {
    this.pause();
    this.#waiters.stop();
    await this.#mounted?.unmount();
    this.#mounted = null;
  }

  matches(segments: readonly string[]): boolean {
    return this.#table.some((route) => routeMatches(route, segments));
  }

  async handle(exchange: HttpExchange): Promise<HttpAnswer> {
    const { request, segments, query, share } = exchange;
    const route = this.#table.find((candidate) => routeMatches(candidate, segments))!;
    const wait = query.get('wait');
    if (wait !== null && wait !== 'reply') throw badRequest('`wait` can be `reply` only');
    const idempotency = idempotencyKeyOf(request);
    const givenKey = keyOutside(route, exchange);
    this.#intake.ensureOpen();
    const body = await readBody(request, this.#options.maxBodyBytes ?? 32 * 1024 * 1024, share);
    const lines = saysLines(request.headers['content-type']);
    const records = await recordsOf(body, lines, route.key, givenKey);
    if (!Array.isArray(records)) {
      const tooLarge = records.code === ingressErrors.code('BODY_TOO_LARGE');
      throw new HttpRefusal(tooLarge ? 413 : 400, records);
    }
    if (wait === 'reply' && records.length > 1) {
      throw badRequest(`?wait=reply takes one record, not ${records.length}`);
    }
    const messages = messagesOf(records, route);
    if (wait !== 'reply') {
      const { duplicate } = this.#intake.offer(messages, idempotency);
      await this.#intake.durable();
      return { status: 200, body: { accepted: records.length, duplicate } };
    }
    const awaitReply = this.#random.hex(16);
    const result = this.#intake.offer(messages, { ...idempotency, awaitReply });
    return this.#answered(result, exchange.gone, idempotency.idempotencyKey !== undefined);
  }

  async #answered(
    result: OfferResult,
    gone: AbortSignal,
    repeatable: boolean,
  ): Promise<HttpAnswer> {
    if (result.reply !== null) return replyAnswer(result.reply);
    if (result.replyTo === null) {
      await this.#intake.durable();
      const what = 'the first request with this Idempotency-Key was taken, without ?wait=reply';
      throw new HttpRefusal(409, ingressErrors.REPLY_NOT_AWAITED(what));
    }
    let durable = false;
    const timeoutMs = this.#options.replyTimeoutMs ?? 30_000;
    // From this very turn on, or a quick reply would find nobody.
    const waiting = this.#waiters.wait(result.replyTo, timeoutMs, gone);
    const committed = this.#intake.durable().then(() => (durable = true));
    // A reply is committed after its request: it needs no other word that both are durable.
    const outcome = await Promise.race([waiting, committed.then(() => waiting)]);
    if (typeof outcome === 'object') return replyAnswer(outcome);
    const state = durable
      ? 'the request is durable and will be processed'
      : 'the request was taken, but is not known to be durable yet';
    const hint = repeatable
      ? 'Send the same request with the same Idempotency-Key to get the reply later.'
      : 'Its effects will come all the same. With an Idempotency-Key the reply can be asked for again.';
    if (outcome === 'stopping') {
      throw unavailable(ingressErrors.STOPPING(`the runtime is stopping; ${state}`, { hint }));
    }
    const what = `no reply within ${timeoutMs} ms; ${state}`;
    throw new HttpRefusal(504, ingressErrors.REPLY_TIMEOUT(what, { hint }));
  }
}

/** The key of every record, where the route takes it from the path or a header. */
function keyOutside(route: Route, { request, segments }: HttpExchange): string | null {
  const { key } = route;
  if (key.from === 'pointer') return null;
  const value = key.from === 'path' ? segments[key.segment] : singleHeader(request, key.header);
  if (value === undefined) {
    const header = key.from === 'header' ? key.header : '';
    throw new HttpRefusal(400, ingressErrors.KEY_MISSING(`the header ${header} is missing`));
  }
  const id = checkedId(value);
  if ('reject' in id) throw new HttpRefusal(400, id.reject);
  return id.key;
}

function messagesOf(records: readonly HttpRecord[], route: Route): IngressMessage[] {
  const { valueType: typename, targets } = route;
  return records.flatMap(({ key: id, value }) =>
    targets.map((type) => ({ type, id, typename, value })),
  );
}

/** The function's value as it is, with its typename as content type. */
function replyAnswer(reply: CommittedReply): HttpAnswer {
  const plain = /^[\w./+-]+$/.test(reply.typename);
  const contentType = plain ? `application/vnd.${reply.typename}` : 'application/octet-stream';
  return { status: 200, contentType, body: Buffer.from(reply.value, 'latin1') };
}
