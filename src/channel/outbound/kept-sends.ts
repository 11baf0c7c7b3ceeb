/** How many deliveries of an account are remembered; what is older says nothing about a message any more. */
export const keptSends = 20;
