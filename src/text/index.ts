export { findTextFault, longestTextChars, type TextRefusal } from "./inspect.js";
export { bareLink } from "./links.js";
export { guardMentions } from "./mentions.js";
export { planText, type TextPart, type TextPlan, type TextPlanOptions } from "./plan.js";
