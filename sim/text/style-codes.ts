/** Zalo's style codes by what they look like. */
export const styleCodes = {
  bold: "b",
  italic: "i",
  underline: "u",
  strike: "s",
  big: "f_18",
  red: "c_db342e",
  orange: "c_f27806",
  yellow: "c_f7b503",
  green: "c_15a85f",
  bullets: "lst_1",
  numbers: "lst_2",
} as const;
