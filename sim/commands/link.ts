import { argument, type Call } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { post, resolveTarget } from "../delivery.ts";
import { logIn } from "../login.ts";
import { avatarOf } from "../rows.ts";

/** `msg link`, `msg sticker`, `msg card`: messages without a text of their own. */
export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  const target = resolveTarget(call, self, argument(call, 0));
  const subject = argument(call, 1);
  const message = await post(
    call,
    self,
    target,
    draftOf(call.command.path[1] ?? "", subject, (uid) => self.people.find(uid)?.displayName),
  );
  call.out.inspect({ msgId: message.msgId });
  return 0;
}

function draftOf(kind: string, subject: string, nameOf: (uid: string) => string | undefined) {
  switch (kind) {
    case "link":
      return {
        text: subject,
        argvText: subject,
        msgType: "chat.recommended",
        content: { title: subject, href: subject, thumb: "" },
      };
    case "sticker":
      if (!/^\d{1,6}$/u.test(subject)) throw new CliError(`Sticker ${subject} not found.`);
      return { text: "", msgType: "chat.sticker", content: { id: Number(subject), catId: 1, type: 7 } };
    default: {
      const name = nameOf(subject);
      if (name === undefined) throw new CliError("Tham số không hợp lệ");
      return { text: name, msgType: "chat.recommended", content: { title: name, href: "", thumb: avatarOf(subject) } };
    }
  }
}
