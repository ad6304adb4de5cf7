/** The application's function types, ingresses and egresses, as `module.yaml` names them. */

export const accountType = 'weir.fraud/account';
export const merchantType = 'weir.fraud/merchant';
export const classifierType = 'weir.fraud/classifier';
export const selectorType = 'weir.fraud/selector';
export const selectorParentType = 'weir.fraud/selector-parent';
export const decisionType = 'weir.fraud/decision';

export const scoresEgress = 'weir.fraud/scores';
export const monitorType = 'weir.fraud/monitor';
export const monitoringEgress = 'weir.fraud/monitoring';
