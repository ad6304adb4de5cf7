import { ConsoleError } from './errors.ts';
import type { FromConsole, FromSupervisor, SupervisorTask } from './supervisor-messages.ts';

// Longer than a process may take to get ready, and one before it to end.
const answerTimeoutMs = 60_000;

type PartMessage = Extract<FromSupervisor, { type: 'part' }>;

/** The channel to the process that started this one. */
export interface Channel {
  readonly connected: boolean;
  send(message: FromConsole): void;
  onMessage(listener: (message: FromSupervisor) => void): void;
  onGone(listener: () => void): void;
}

/** The channel of this process, or null if it was not started with one. */
export function processChannel(): Channel | null {
  if (process.send === undefined) return null;
  return {
    get connected() {
      return process.connected;
    },
    send: (message) => void process.send?.(message),
    onMessage: (listener) => void process.on('message', listener),
    onGone: (listener) => void process.on('disconnect', listener),
  };
}

/** The console's end of the channel to the supervisor that started it, if one did. */
export class SupervisorLink {
  private listener: ((message: PartMessage) => void) | undefined;
  private readonly parts = new Map<string, PartMessage>();
  private readonly waiting = new Map<number, (message: FromSupervisor) => void>();
  private requests = 0;
  private readonly channel: Channel | null;

  /** `onGone` is called when the supervisor is gone; the console has no reason to stay then. */
  constructor(channel: Channel | null, onGone: () => void) {
    this.channel = channel;
    channel?.onMessage((message) => this.take(message));
    channel?.onGone(onGone);
  }

  /** Called for every part that starts or ends; at once for those that did so before. */
  set onPart(listener: (message: PartMessage) => void) {
    this.listener = listener;
    for (const message of this.parts.values()) listener(message);
  }

  tell(message: FromConsole): void {
    if (this.channel?.connected === true) this.channel.send(message);
  }

  /** Whether there is a supervisor that would carry out a task. */
  get supervised(): boolean {
    return this.channel?.connected === true;
  }

  /**
   * Has a task carried out; resolves with the process ids that it was about when it is done.
   * Rejects with a ConsoleError if there is no supervisor, or it refuses.
   */
  async ask(task: SupervisorTask): Promise<readonly number[]> {
    if (!this.supervised) {
      throw new ConsoleError('WEIR_CONSOLE_UNSUPERVISED', 'No supervisor started this console.');
    }
    const request = ++this.requests;
    const answer = await new Promise<FromSupervisor | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), answerTimeoutMs);
      this.waiting.set(request, (message) => {
        clearTimeout(timer);
        resolve(message);
      });
      this.tell({ type: 'task', request, task });
    });
    this.waiting.delete(request);
    if (answer?.type === 'done') return answer.pids;
    const reason = answer?.type === 'refused' ? answer.reason : 'the supervisor did not answer';
    throw new ConsoleError('WEIR_CONSOLE_NOT_DONE', `The supervisor refused: ${reason}.`);
  }

  private take(message: FromSupervisor): void {
    if (message.type !== 'part') {
      this.waiting.get(message.request)?.(message);
      return;
    }
    this.parts.set(message.part, message);
    this.listener?.(message);
  }
}
