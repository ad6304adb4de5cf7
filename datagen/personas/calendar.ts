/** What changes when, for whom: nothing of it is announced to anybody who scores. */
import { RandomStream, purpose } from '../random.ts';
import type { PersonaOptions } from './options.ts';
import { segmentOf } from './segments.ts';

export const signalCount = 8;

const releasedFirst = ['homebody', 'student', 'business'].map(segmentOf);
const releasedLater = segmentOf('traveller');
/** Of these the provider changes the scale instead: everything looks somewhat riskier. */
const raised = ['online', 'shop'].map(segmentOf);
const rolledBack = segmentOf('homebody');
/** 1970-01-01 was a Thursday; Saturday and Sunday are days 2 and 3 of the weeks from there. */
const weekendDays: ReadonlySet<number> = new Set([2, 3]);

export class Calendar {
  readonly #options: PersonaOptions;
  readonly #shift: readonly number[];
  readonly #rise: readonly number[];

  constructor(options: PersonaOptions) {
    this.#options = options;
    const random = new RandomStream().start(options.signalSigns, purpose.signalSigns, 0, 0);
    this.#rise = new Array<number>(signalCount).fill(options.signalRise);
    this.#shift = Array.from({ length: signalCount }, (_, i) => {
      const up = options.signalSigns === 0 ? i % 2 === 0 : random.uniform() < 0.5;
      return up ? options.signalShift : -options.signalShift;
    });
  }

  /** What is added to each signal of a segment's transactions; null for nothing. */
  shiftOf(segment: number, day: number): readonly number[] | null {
    const { releaseDay, secondReleaseDay, rollbackDay } = this.#options;
    const at = this.#dayOf(day);
    if (raised.includes(segment)) return at >= this.#options.riseDay ? this.#rise : null;
    const since = releasedFirst.includes(segment)
      ? releaseDay
      : segment === releasedLater
        ? secondReleaseDay
        : Infinity;
    const until = segment === rolledBack ? rollbackDay : Infinity;
    return at >= since && at < until ? this.#shift : null;
  }

  isWeekend(day: number): boolean {
    return weekendDays.has(day % 7);
  }

  isHoliday(day: number): boolean {
    const after = this.#dayOf(day) - this.#options.holidayDay;
    return after >= 0 && after < this.#options.holidayDays;
  }

  hasOfficeRing(day: number): boolean {
    return this.#dayOf(day) < this.#options.officeRingEndDay;
  }

  hasPromotion(day: number): boolean {
    return this.#dayOf(day) >= this.#options.promotionDay;
  }

  /** Whether gangs have changed from bursts to slow baskets. */
  hasNewTactics(day: number): boolean {
    return this.#dayOf(day) >= this.#options.tacticsDay;
  }

  #dayOf(day: number): number {
    return day - this.#options.timelineFrom;
  }
}
