export { bareLink } from "./links.js";
export { guardMentions } from "./mentions.js";
export { planText, type TextPart, type TextPlanOptions } from "./plan.js";
