import type { CommittedReply } from '#runtime/ports/ingress.ts';
import type { Account } from './sim-function.ts';
import type { SimProcess } from './process.ts';
import { message } from './sim-connectors.ts';
import { echoType, type Target, type Work } from './work.ts';
import type { World } from './world.ts';

/** A request with an idempotency key, repeated until the client has what it wants. */
interface Request {
  readonly key: string;
  readonly target: Target;
  readonly work: Work;
  readonly wantsAnswer: boolean;
  acknowledged: boolean;
  answer: string | null;
  /** Times that it is asked again although the client has everything. */
  again: number;
}

/** A request without a key to a function without state. */
interface Ping {
  left: number;
}

/** Clients outside: whichever process is open at the moment, they ask until they are answered. */
export class Clients {
  readonly #world: World;
  readonly #requests: Request[] = [];
  readonly #pings: Ping[] = [];
  readonly #byCaller = new Map<string, Request | Ping>();

  constructor(world: World) {
    this.#world = world;
    const { random } = world.scheduler;
    for (let i = random.below(8); i > 0; i--) {
      const target = world.maker.target();
      const drawn = world.maker.work(target);
      const wantsAnswer = random.chance(0.5);
      const commands = wantsAnswer
        ? [...drawn.commands, { do: 'answer' } as const]
        : drawn.commands;
      this.#requests.push({
        ...{ key: `key-${i}`, target, work: { ...drawn, commands }, wantsAnswer },
        ...{ acknowledged: false, answer: null, again: random.below(3) },
      });
    }
    for (let i = random.below(3); i > 0; i--) this.#pings.push({ left: 3 });
  }

  start(): void {
    for (const request of this.#requests) this.#ask(request);
    for (const ping of this.#pings) this.#ping(ping);
  }

  get waiting(): number {
    return (
      this.#requests.filter((request) => !hasAll(request) && !this.#isHopeless(request)).length +
      this.#pings.filter(({ left }) => left > 0).length
    );
  }

  /** An answer came: its cut is committed, so it can never become another one (E4). */
  answered({ replyTo, value }: CommittedReply): void {
    const waiting = this.#byCaller.get(replyTo);
    if (waiting === undefined) this.#world.violation(`an answer for the unknown ${replyTo}`);
    else if ('left' in waiting) waiting.left--;
    else this.#take(waiting, value);
    this.#byCaller.delete(replyTo);
    if (waiting !== undefined && !('left' in waiting)) this.#byCaller.set(replyTo, waiting);
  }

  /** Every answer that a client saw must be what has really happened. */
  check(accounts: ReadonlyMap<string, Account>): void {
    for (const { answer } of this.#requests) {
      if (answer === null) continue;
      const [cause, address, place] = answer.split(' ') as [string, string, string];
      if (accounts.get(address)?.done[Number(place) - 1] !== cause) {
        this.#world.violation(`the answer "${answer}" was given before it was committed (E4)`);
      }
    }
  }

  /** It is acknowledged, but a person has taken its message out. */
  #isHopeless({ acknowledged, work }: Request): boolean {
    return acknowledged && this.#world.operator.mayHaveRemoved(work.cause);
  }

  #take(request: Request, answer: string): void {
    if (request.answer !== null && request.answer !== answer) {
      this.#world.violation(`${request.key} was answered ${request.answer}, then ${answer}`);
    }
    request.answer = answer;
  }

  #ask(request: Request): void {
    const { scheduler } = this.#world;
    scheduler.after(scheduler.random.exponential(2_000), `client ${request.key}`, () => {
      if (hasAll(request) && --request.again < 0) return;
      this.#ask(request);
      this.#withProcess((process) => this.#offer(request, process));
    });
  }

  #offer(request: Request, process: SimProcess): void {
    const sink = process.requests.sink;
    if (sink === null || sink.full) return;
    const caller = this.#caller(request);
    const { acknowledged, answer } = request;
    const result = sink.offer([message(request.target, request.work)], {
      idempotencyKey: request.key,
      ...(request.wantsAnswer ? { awaitReply: caller } : {}),
    });
    sink.durable().then(
      () => {
        request.acknowledged = true;
        // A writer that was superseded and does not know it yet may remember less.
        if (!this.#world.isAlone(process)) return;
        if (acknowledged && !result.duplicate) {
          this.#world.violation(`${request.key} was acknowledged, and is taken once more`);
        }
        if (result.reply !== null) this.#take(request, result.reply.value);
        else if (answer !== null)
          this.#world.violation(`the answer to ${request.key} is forgotten`);
      },
      () => undefined,
    );
  }

  #ping(ping: Ping): void {
    const { scheduler } = this.#world;
    scheduler.after(scheduler.random.exponential(6_000), 'ping', () => {
      if (ping.left <= 0) return;
      this.#ping(ping);
      this.#withProcess(({ requests }) => {
        if (requests.sink === null || requests.sink.full) return;
        const work = { cause: 'ping', amount: 0, order: 0, notBefore: 0, commands: [] };
        const target = { type: echoType, id: 'e' };
        const options = { awaitReply: this.#caller(ping) };
        requests.sink.offer([message(target, work)], options);
      });
    });
  }

  #caller(waiting: Request | Ping): string {
    const id = `r${this.#byCaller.size}-${this.#world.scheduler.steps}`;
    this.#byCaller.set(id, waiting);
    return id;
  }

  #withProcess(action: (process: SimProcess) => void): void {
    const process = this.#world.open;
    process?.life.run(() => action(process));
  }
}

function hasAll({ acknowledged, wantsAnswer, answer }: Request): boolean {
  return acknowledged && (!wantsAnswer || answer !== null);
}
