import type { Score } from './frame.ts';

/** At 160 a second five minutes; some 15 MB. */
const recentMax = 40_000;

/** The newest scores, to be looked at by account: a ring, whose size does not depend on the load. */
export class RecentScores {
  private readonly ring: Score[] = [];
  private next = 0;

  add(score: Score): void {
    this.ring[this.next] = score;
    this.next = (this.next + 1) % recentMax;
  }

  /** Newest first. */
  ofAccount(accountId: string, most: number): Score[] {
    const found: Score[] = [];
    for (const score of this.newestFirst()) {
      if (score.accountId === accountId && found.push(score) === most) break;
    }
    return found;
  }

  byId(transactionId: string): Score | null {
    for (const score of this.newestFirst()) {
      if (score.transactionId === transactionId) return score;
    }
    return null;
  }

  /** Accounts with the most alerts, most first. */
  mostAlerts(most: number): { readonly accountId: string; readonly alerts: number }[] {
    const counts = new Map<string, number>();
    for (const { accountId, alert } of this.ring) {
      if (alert) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    }
    return [...counts]
      .map(([accountId, alerts]) => ({ accountId, alerts }))
      .sort((a, b) => b.alerts - a.alerts || (a.accountId < b.accountId ? -1 : 1))
      .slice(0, most);
  }

  private *newestFirst(): Iterable<Score> {
    for (let back = 1; back <= this.ring.length; back++) {
      yield this.ring[(this.next - back + recentMax) % recentMax]!;
    }
  }
}
