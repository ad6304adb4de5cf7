import { historySummary } from './account-history.ts';
import { HabitsView } from './habits-view.ts';

/** What an account's packed state says, for people. Throws WEIR_MODELS_BAD_HISTORY. */
export function accountSummary(history: Uint8Array | null, habits: Uint8Array | null) {
  const view = HabitsView.open(habits);
  const { total, online, away } = view.sums;
  const share = (part: number): number | null => (total > 0 ? part / total : null);
  return {
    ...historySummary(history),
    devices: view.devices.size,
    countries: view.countries.size,
    onlineShare: share(online),
    awayShare: share(away),
    sinceMs: view.isEmpty ? null : view.firstMs,
  };
}
