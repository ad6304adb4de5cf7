import { labelSpecs, seedSpec, shareOf } from '../label-options.ts';
import type { CommonOptions, OptionSpec, OptionSpecs } from '../options.ts';
import { dayMs } from '../transaction.ts';
import { canonicalMix, documentedMix } from './mix.ts';

/** Rates that are a factor on the tables of fraud.ts: 1 as there, 0 for none of it. */
export interface FraudRates {
  readonly burstRate: number;
  readonly takeoverRate: number;
  readonly thiefRate: number;
  readonly officeRingRate: number;
  readonly skimmingRate: number;
  readonly mimicryRate: number;
}

/** Days after `timelineFrom` on which something changes that nobody announces. */
export interface Timeline {
  /** Days since 1970-01-01 UTC. */
  readonly timelineFrom: number;
  /** Homebodies', students' and business customers' signals shift. */
  readonly releaseDay: number;
  readonly officeRingEndDay: number;
  /** Business customers begin to buy early in the morning, as the office ring did. */
  readonly promotionDay: number;
  readonly holidayDay: number;
  readonly holidayDays: number;
  /** Online and shop customers' signals rise. */
  readonly riseDay: number;
  /** Travellers' signals shift. */
  readonly secondReleaseDay: number;
  /** Homebodies' signals shift back. */
  readonly rollbackDay: number;
  /** Bursts give way to slow baskets. */
  readonly tacticsDay: number;
}

/** Customers of six sorts, with fraud and drift of their own. */
export interface PersonaOptions extends CommonOptions, FraudRates, Timeline {
  readonly world: 'personas';
  /** Weights of the sorts of customers, as `canonicalMix` gives them. */
  readonly personas: string;
  /** How far the signals shift, in standard deviations; 0 for not at all. */
  readonly signalShift: number;
  /** How far all signals of online and shop customers rise on `riseDay`, likewise. */
  readonly signalRise: number;
  /** 0: up and down by turns. Otherwise the seed of random signs. */
  readonly signalSigns: number;
  /** Share of business customers' frauds that nobody ever reports. */
  readonly unreportedShare: number;
  /** Share of online purchases that are made with a new device, which is kept. */
  readonly newDeviceShare: number;
}

const rate = (flag: string, what: string): OptionSpec => ({
  flag: `${flag} <factor>`,
  text: `${what}: factor on the documented rates`,
  ...{ default: 1, min: 0, max: 20, kind: 'real' },
});

const change = (flag: string, what: string, day: number): OptionSpec => ({
  flag: `${flag} <day>`,
  text: `${what}, in days of the timeline`,
  ...{ default: day, min: 0, max: 100_000, kind: 'integer' },
});

export const personaSpecs: OptionSpecs<PersonaOptions> = {
  seed: seedSpec,
  customers: {
    flag: '--customers <count>',
    text: 'customers (accounts a-0, a-1, …)',
    ...{ default: 4_200, min: 1, max: 500_000, kind: 'integer' },
  },
  personas: {
    flag: '--personas <names>',
    text: 'sorts of customers, with weights if need be: online:3,business:1',
    ...{ default: documentedMix, kind: 'text', canonical: canonicalMix },
  },
  timelineFrom: {
    flag: '--timeline-from <date>',
    text: 'day 0 of the timeline, by which the world changes',
    // So that day 80, before which everything is trained, is the first that the application scores.
    ...{ default: Date.UTC(2018, 0, 11) / dayMs, min: 0, max: 100_000, kind: 'day' },
  },
  burstRate: rate('--burst-rate', 'card-not-present bursts'),
  takeoverRate: rate('--takeover-rate', 'account takeovers'),
  thiefRate: rate('--thief-rate', 'travelling thieves'),
  officeRingRate: rate('--office-ring-rate', 'the morning office ring'),
  skimmingRate: rate('--skimming-rate', 'skimmed terminals'),
  mimicryRate: rate('--mimicry-rate', 'frauds that buy as their victim does'),
  releaseDay: change('--release-day', 'signals of homebody, student and business shift', 52),
  officeRingEndDay: change('--office-ring-end-day', 'the office ring stops', 55),
  promotionDay: change('--promotion-day', 'honest early office purchases begin', 56),
  holidayDay: change('--holiday-day', 'holidays begin', 92),
  holidayDays: change('--holiday-days', 'holidays last so long', 34),
  riseDay: change('--rise-day', 'signals of online and shop rise', 86),
  secondReleaseDay: change('--second-release-day', 'signals of travellers shift', 100),
  rollbackDay: change('--rollback-day', 'signals of homebodies shift back', 112),
  tacticsDay: change('--tactics-day', 'bursts give way to slow baskets', 112),
  signalShift: {
    flag: '--signal-shift <deviations>',
    text: 'how far signals shift, 0 for not at all',
    ...{ default: 4, min: 0, max: 20, kind: 'real' },
  },
  signalRise: {
    flag: '--signal-rise <deviations>',
    text: 'how far signals of online and shop customers rise, 0 for not at all',
    ...{ default: 0.7, min: 0, max: 20, kind: 'real' },
  },
  signalSigns: {
    flag: '--signal-signs <seed>',
    text: 'seed of the random signs of that shift; 0: up and down by turns',
    ...{ default: 0, min: 0, max: 0xffffffff, kind: 'integer' },
  },
  unreportedShare: shareOf(
    '--unreported-share',
    "share of business customers' frauds that nobody reports",
    0.2,
  ),
  newDeviceShare: shareOf('--new-device-share', 'share of online purchases on a new device', 0.012),
  ...labelSpecs(0.15),
};
