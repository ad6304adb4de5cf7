import type { AdminClient } from '../admin-client.ts';
import type { Intake } from '../intake.ts';
import type { PoisonPill } from './experiments.ts';

const account = 'a-poisoned';

/** A transaction that its function can never do: the amount is a text, as in a sloppy export. */
export class PoisonedTransaction implements PoisonPill {
  private readonly intake: Intake;
  private readonly admin: AdminClient;
  private readonly simulatedMs: () => number;

  constructor(intake: Intake, admin: AdminClient, simulatedMs: () => number) {
    this.intake = intake;
    this.admin = admin;
    this.simulatedMs = simulatedMs;
  }

  async write(): Promise<void> {
    const transactionId = `poisoned-${Date.now()}`;
    const record = {
      transactionId,
      accountId: account,
      merchantId: 'm-0',
      amount: '12,50',
      atMs: this.simulatedMs(),
    };
    await this.intake.write('/transactions', record, transactionId);
  }

  async takeBack(): Promise<void> {
    await this.admin.act(`/parked/weir.fraud/account/${account}/drop`);
  }
}
