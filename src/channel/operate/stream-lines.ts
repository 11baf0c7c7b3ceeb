import type { Supervisor } from "../../supervisor/index.js";
import type { StreamLine } from "../../zca/index.js";
import type { AccountRun } from "../inbound/account-run.js";
import type { Intake } from "../inbound/intake.js";
import type { NameResolver } from "../names/resolver.js";
import type { GroupTitles } from "../names/titles.js";

interface LineSinks {
  readonly supervisor: Supervisor;
  readonly intake: Intake;
  readonly activity: AccountRun["activity"];
  readonly names: NameResolver;
  readonly titles: GroupTitles;
}

/** Who learns of a line: each kind has its own reader. */
export function handleLine(line: StreamLine, { supervisor, intake, activity, names, titles }: LineSinks): void {
  switch (line.kind) {
    case "lifecycle":
      if (line.event === "connected" || line.event === "heartbeat") names.noteConnected();
      if (line.event === "connected") {
        supervisor.noteConnected();
        titles.noteConnected();
      } else if (line.event === "heartbeat") supervisor.noteHeartbeat();
      return;
    case "notice":
      // A program without lifecycle records says it in words.
      if (line.notice === "connected") {
        supervisor.noteConnected();
        names.noteConnected();
        titles.noteConnected();
      }
      return;
    case "message":
      supervisor.noteLine();
      void intake.accept(line);
      return;
    case "malformed":
      return activity.countMalformed(line.reason);
  }
}
