/**
 * `PUT /<namespace>/<type>/<id>`: one message for one address, raw body, acknowledged when it is
 * durable (E4).
 */
import type { WeirError } from '#protocol/errors.ts';
import type { Ingress, IngressSink } from '../ports/ingress.ts';
import { callerType } from '../ports/ingress.ts';
import { ingressErrors } from './errors.ts';
import type { HttpAnswer } from './http-answer.ts';
import { HttpRefusal } from './http-answer.ts';
import { readBody } from './http-body.ts';
import type { HttpExchange, HttpHandler, HttpHosts, Mounted } from './http-host.ts';
import { processHosts } from './http-host.ts';
import { HttpIntake, idempotencyKeyOf } from './http-intake.ts';
import { checkedId } from './record-key.ts';

interface PlaygroundIngressOptions {
  readonly id: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The servers to share; default: those of this process. */
  readonly hosts?: HttpHosts;
  /** Of the decoded body; default 32 MiB. */
  readonly maxBodyBytes?: number;
}

const stringType = 'io.statefun.types/string';

export class PlaygroundIngress implements Ingress, HttpHandler {
  readonly id: string;
  readonly method = 'PUT';
  readonly routes = ['PUT /<namespace>/<type>/<id>'];
  readonly #options: PlaygroundIngressOptions;
  #intake!: HttpIntake;
  #mounted: Mounted | null = null;

  constructor(options: PlaygroundIngressOptions) {
    this.id = options.id;
    this.#options = options;
  }

  /** The port it listens on, once open. */
  get port(): number {
    return this.#mounted?.port ?? this.#options.port;
  }

  async open(sink: IngressSink): Promise<void> {
    this.#intake = new HttpIntake(sink);
    const { hosts = processHosts, host, port } = this.#options;
    this.#mounted = await hosts.mount(host, port, this);
  }

  pause(): void {
    this.#intake?.pause();
  }

  async close(): Promise<void> {
    this.pause();
    await this.#mounted?.unmount();
    this.#mounted = null;
  }

  matches(segments: readonly string[]): boolean | WeirError {
    if (segments.length === 3 && !segments.includes('')) return true;
    return ingressErrors.BAD_PATH(
      `the path has ${segments.filter((segment) => segment !== '').length} segments, not three`,
    );
  }

  async handle(exchange: HttpExchange): Promise<HttpAnswer> {
    const { request, segments, share } = exchange;
    const type = `${segments[0]}/${segments[1]}`;
    // The built-in caller is not for the outside: its messages answer other people's requests.
    if (type === callerType) {
      throw new HttpRefusal(404, ingressErrors.UNKNOWN_FUNCTION(`${type} takes no messages`));
    }
    this.#intake.ensureKnown(type);
    const id = checkedId(segments[2]!);
    if ('reject' in id) throw new HttpRefusal(400, id.reject);
    const idempotency = idempotencyKeyOf(request);
    this.#intake.ensureOpen();
    const value = await readBody(request, this.#options.maxBodyBytes ?? 32 * 1024 * 1024, share);
    const typename = typenameOf(request.headers['content-type']);
    const { duplicate } = this.#intake.offer([{ type, id: id.key, typename, value }], idempotency);
    await this.#intake.durable();
    return { status: 200, body: { accepted: 1, duplicate } };
  }
}

/**
 * The typename of `application/vnd.<typename>`; any other content type, also a `vnd.` one that
 * names no `namespace/name`, means the built-in string.
 */
export function typenameOf(contentType: string | undefined): string {
  const media = (contentType ?? '').split(';', 1)[0]!.trim();
  const typename = /^application\/vnd\.(.+)$/i.exec(media)?.[1];
  return typename !== undefined && /^[^/].*\/[^/]+$/.test(typename) ? typename : stringType;
}
