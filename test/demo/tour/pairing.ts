import { findRequest } from "../../gateway/rig/pairing.ts";
import { record } from "../../gateway/rig/recording.ts";
import type { Scene } from "../steps.ts";

/** The shop's account pairs; the other one keeps to its list. */
export async function pairPerAccount({ stage, cast, narrator }: Scene): Promise<void> {
  const { zalo, host, model } = stage;
  const { shop, assistant, stranger } = cast;
  const recording = record(stage);
  zalo.say({ from: stranger.uid, to: assistant.uid, text: "Có ai ở nhà không? 🚪" });
  zalo.say({ from: stranger.uid, to: shop.uid, text: "Quán mở cửa mấy giờ ạ? 🍜" });
  const challenge = await narrator.during("the code is sent", () =>
    recording.answer(({ threadId }) => threadId === stranger.uid),
  );
  const code = /\b[A-Z0-9]{8}\b/u.exec(challenge.text)?.[0] ?? "";
  narrator.verify(
    `the shop sends a stranger the code ${code} in Vietnamese`,
    code !== "" && challenge.profile === "shop" && challenge.text.includes(`Mã ghép đôi của bạn: ${code}`),
  );
  const list = (accountId: string) => host.gateway.call("channels.pairing.list", { channel: "zalouser", accountId });
  const requestId = findRequest(await list("shop"), stranger.uid);
  narrator.say("the operator approves the request over the gateway, as the Control UI does");
  const params = { channel: "zalouser", accountId: "shop", requestId, notify: true };
  await narrator.during("approving", () => host.gateway.call("channels.pairing.approve", params));
  const notice = await recording.answer("Bạn đã được chủ tài khoản đồng ý");
  narrator.verify("the shop tells the person", notice.profile === "shop" && notice.threadId === stranger.uid);
  model.on("đặt bàn", "Quán giữ bàn cho bạn lúc 18 giờ nhé 🍲");
  zalo.say({ from: stranger.uid, to: shop.uid, text: "Cho mình đặt bàn tối nay" });
  await narrator.during("the agent works", () => recording.answer("Quán giữ bàn"));
  narrator.verify(
    "the next message is answered; the other account, which keeps to its list, said nothing",
    recording.asked().length === 1 && recording.sent().every(({ profile }) => profile === "shop"),
  );
}
