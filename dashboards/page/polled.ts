import { getJson } from './api.ts';
import { showProblem } from './problem.ts';
import type { View } from './views.ts';

/**
 * A view that asks the server again and again while it is shown and the tab is visible: at once,
 * then so long after each answer. What it shows stays while an answer is late or fails; the problem
 * is told beside it.
 */
export class Polled<T> implements View {
  private readonly path: () => string | null;
  private readonly draw: (data: T) => void;
  private readonly problem: HTMLElement;
  private readonly everyMs: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shown = false;

  /** `path`: null asks nothing. */
  constructor(
    path: () => string | null,
    everyMs: number,
    problem: HTMLElement,
    draw: (data: T) => void,
  ) {
    this.path = path;
    this.everyMs = everyMs;
    this.problem = problem;
    this.draw = draw;
    document.addEventListener('visibilitychange', () => !document.hidden && this.soon());
  }

  show(_argument = ''): void {
    this.shown = true;
    void this.poll();
  }

  hide(): void {
    this.shown = false;
    clearTimeout(this.timer);
  }

  /** Asks again now, if it is shown. */
  soon(): void {
    if (this.shown) void this.poll();
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    const path = this.path();
    if (path !== null) {
      try {
        const data = await getJson<T>(path);
        this.problem.hidden = true;
        this.draw(data);
      } catch (error) {
        showProblem(this.problem, error);
      }
    }
    clearTimeout(this.timer);
    if (this.shown && !document.hidden) {
      this.timer = setTimeout(() => void this.poll(), this.everyMs);
    }
  }
}
