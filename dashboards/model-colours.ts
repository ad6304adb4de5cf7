/**
 * The colour of each model, the same on every board and page. Told apart by people who see colours
 * differently (Okabe and Ito, Color Universal Design, 2008).
 */
export const modelColours: Readonly<Record<string, string>> = {
  'logistic-regression': '#0072B2',
  'decision-tree': '#E69F00',
  'random-forest': '#009E73',
  'boosted-trees': '#CC79A7',
  'neural-network': '#56B4E9',
  mean: '#999999',
  blend: '#D55E00',
};
