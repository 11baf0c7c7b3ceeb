export { createDecisionRing, type DecisionEntry } from "./decision-ring.js";
export { dropReasons, explainDrop } from "./drop-reasons.js";
export { effectiveGroupPolicy, resolveGroupRule, type GroupRule } from "./groups.js";
export { formatTarget, isZaloId, normalizeAllowEntry, parseTarget, searchFold, type Target } from "./identity.js";
export { findMention, type MentionEvidence } from "./mention.js";
export { screenMessage } from "./screening.js";
