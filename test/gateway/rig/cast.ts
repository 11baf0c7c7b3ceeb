import type { Group, Person } from "../../../sim/control.ts";
import type { Stage } from "./stage.ts";

/** Who lives in the simulated Zalo of a test. */
export interface Cast {
  /** The account the plugin runs on, and two more. */
  readonly assistant: Person;
  readonly work: Person;
  readonly shop: Person;
  readonly lan: Person;
  readonly huy: Person;
  readonly tuan: Person;
  /** Writes to nobody the others know; a stranger to every account. */
  readonly stranger: Person;
  readonly family: Group;
}

export function createCast({ zalo }: Pick<Stage, "zalo">): Cast {
  const assistant = zalo.addAccount({ displayName: "Trợ lý Minh 🤖" });
  const work = zalo.addAccount({ displayName: "Cửa hàng Hoa Đà Lạt" });
  const shop = zalo.addAccount({ displayName: "Quán Phở Cổ 🍜" });
  const lan = zalo.addPerson({ displayName: "Lan Phạm" });
  const huy = zalo.addPerson({ displayName: "Huy Đặng" });
  const tuan = zalo.addPerson({ displayName: "Nguyễn Anh Tuấn" });
  const stranger = zalo.addPerson({ displayName: "Người lạ 👤" });
  for (const friend of [lan, huy, tuan]) zalo.befriend(assistant.uid, friend.uid);
  zalo.befriend(work.uid, tuan.uid);
  const members = [assistant.uid, lan.uid, huy.uid, tuan.uid];
  const family = zalo.addGroup({ name: "Gia đình 🏡 constructor", members });
  return { assistant, work, shop, lan, huy, tuan, stranger, family };
}
