import qrTerminal from "qrcode-terminal";
import type { LoginEvent } from "../../zca/index.js";

/** What a person at the terminal reads and sees of a login that is going on. */
export function describeLogin(event: LoginEvent, accountId: string): string {
  const words = loginWords(event, accountId);
  return event.kind === "qr" ? `${drawQr(event.payload)}\n${words}` : words;
}

/** The same without the drawing, for where the code is shown as a picture. */
export function loginWords(event: LoginEvent, accountId: string): string {
  switch (event.kind) {
    case "qr":
      return `Scan this code with the Zalo app of the account "${accountId}" (code ${event.attempt} of 3, valid for 100 seconds).`;
    case "scanned":
      return `Scanned by ${event.name}. Confirm the login on the phone.`;
    case "declined":
      return "The login was declined on the phone.";
    case "expired":
      return `Code ${event.attempt} expired.`;
  }
}

function drawQr(payload: string): string {
  let drawing = "";
  qrTerminal.generate(payload, { small: true }, (text) => {
    drawing = text;
  });
  return drawing;
}
