/** Channel id; `zalo` stays free for the official API. */
export const CHANNEL_ID = "zalouser";
export const CHANNEL_ALIAS = "zlu";
export const CHANNEL_LABEL = "Zalo Personal";
export const CHANNEL_PATH = `channels.${CHANNEL_ID}`;
