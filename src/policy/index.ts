export {
  catchUpLimits,
  noCoverage,
  outstanding,
  planCatchUp,
  retired,
  withCall,
  withCovered,
  withGap,
  withGapEnded,
  withoutRun,
  type Candidate,
  type CatchUpRules,
  type Coverage,
  type Outstanding,
} from "./catch-up.js";
export { createDecisionRing, type DecisionEntry } from "./decision-ring.js";
export { dropReasons, explainDrop } from "./drop-reasons.js";
export { effectiveGroupPolicy, resolveGroupRule, resolveGroupScope, type GroupRule } from "./groups.js";
export {
  formatTarget,
  isZaloId,
  normalizeAllowEntry,
  parseTarget,
  readListedEntry,
  searchFold,
  type Target,
} from "./identity.js";
export { createLoopBreaker, reactionMs, type LoopBreaker } from "./loop-breaker.js";
export { findMissed, type Completeness, type Missed } from "./missed.js";
export { findMention, type MentionEvidence } from "./mention.js";
export {
  findName,
  indexNames,
  isDisguised,
  MOST_REPORTED,
  nameKey,
  showName,
  type NamedId,
  type NameAnswer,
  type NameHolder,
  type NameKind,
} from "./names.js";
export { createRateBudget, type RateBudget } from "./rate-budget.js";
export { screenMessage } from "./screening.js";
