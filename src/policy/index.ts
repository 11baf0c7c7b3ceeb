export { createDecisionRing, type DecisionEntry, type DecisionRing } from "./decision-ring.js";
export { dropReasons, explainDrop, type DropExplanation, type DropReason } from "./drop-reasons.js";
export {
  effectiveGroupPolicy,
  resolveGroupRule,
  type EffectiveGroupPolicy,
  type GroupPolicyName,
  type GroupReason,
  type GroupRule,
} from "./groups.js";
export {
  formatTarget,
  isZaloId,
  normalizeAllowEntry,
  parseTarget,
  sameName,
  searchFold,
  type InvalidTarget,
  type Target,
} from "./identity.js";
export { findMention, type MentionEvidence } from "./mention.js";
export { screenMessage, type Screening, type ScreenReason } from "./screening.js";
