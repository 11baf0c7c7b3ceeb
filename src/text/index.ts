export { bareLink } from "./links.js";
export { guardMentions, type MentionName, mentionStarts, wordJoiner } from "./mentions.js";
export { planText, type TextPart, type TextPlanOptions } from "./plan.js";
