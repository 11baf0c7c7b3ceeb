import path from "node:path";
import { type Call, switchOf, value } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { answeredId, post, resolveTarget } from "../delivery.ts";
import { fileDraft } from "../files.ts";
import { fetchInputs, isUrl, mediaInputs, requireFiles } from "../inputs.ts";
import { liveOwner } from "../listen/lock.ts";
import { logIn, type Self } from "../login.ts";
import type { Target } from "../text/plan.ts";
import { useWebsocket } from "../world/websocket.ts";

interface Job {
  readonly self: Self;
  readonly target: Target;
  readonly inputs: readonly string[];
}

export async function run(call: Call): Promise<number> {
  const kind = call.command.path[1];
  // `msg upload` takes the file first; with -u the only argument is the thread.
  const swapped = kind === "upload" && call.args.length === 2;
  const threadId = (swapped ? call.args[1] : call.args[0]) ?? "";
  const inputs = mediaInputs(call, swapped ? call.args[0] : call.args[1]);
  requireFiles(inputs);
  const self = await logIn(call);
  const job: Job = { self, target: resolveTarget(call, self, threadId), inputs };
  const [first = ""] = inputs;
  if (call.strikes.take("system", ({ mode }) => mode === "media-vanishes") !== undefined)
    throw new CliError(`ENOENT: no such file or directory, open '${first}'`);
  switch (kind) {
    case "image":
      return sendImages(call, job);
    case "video":
      return sendVideos(call, job);
    case "voice":
      return sendVoice(call, job);
    default:
      return upload(call, job);
  }
}

/** Other extensions wait for an event that never comes: nothing sent, nothing printed, exit 0 (contract 9). */
async function sendImages(call: Call, job: Job): Promise<number> {
  const files = await fetchInputs(job.inputs);
  if (!files.every((file) => /\.(?:jpe?g|png|webp)$/iu.test(file) || file.endsWith(".gif"))) return 0;
  const caption = value(call, "message") ?? "";
  const inline = files.length === 1 && /\.(?:jpe?g|png|webp)$/u.test(files[0] ?? "");
  const message = caption !== "" && !inline ? await postCaption(call, job, caption) : null;
  call.out.inspect({ message, attachment: await postFiles(call, job, files, inline ? caption : "") });
  return 0;
}

async function sendVideos(call: Call, job: Job): Promise<number> {
  const owner = liveOwner(call.layout, call.profile);
  if (owner !== undefined) throw ownerBusy(call, owner.pid, "video upload IPC");
  useOwnSocket(call, job);
  const caption = value(call, "message") ?? "";
  const message = caption === "" ? null : await postCaption(call, job, caption);
  call.out.inspect({ message, attachment: await postFiles(call, job, await fetchInputs(job.inputs), "") });
  return 0;
}

/** A public URL is passed on as it is; a file needs the websocket, and nobody asks whether a listener has it. */
async function sendVoice(call: Call, { self, target, inputs }: Job): Promise<number> {
  if (inputs.some((input) => !isUrl(input))) useOwnSocket(call, { self, target, inputs });
  const rows = [];
  for (const input of inputs) {
    const draft = isUrl(input)
      ? {
          text: "",
          msgType: "chat.voice",
          content: { href: input },
          attachments: [{ name: path.basename(input), url: input }],
        }
      : { ...fileDraft(input), msgType: "chat.voice" };
    rows.push({ msgId: answeredId(call, await post(call, self, target, draft)) });
  }
  call.out.table(rows);
  return 0;
}

async function upload(call: Call, job: Job): Promise<number> {
  // The listener does the sending; what the servers refuse has to strike before it is asked.
  await call.strikes.serverError("start");
  const files = await fetchInputs(job.inputs);
  const owner = liveOwner(call.layout, call.profile);
  if (owner !== undefined && switchOf(call.env, "OPENZCA_UPLOAD_IPC", true)) {
    const { uploadThroughListener } = await import("../upload-client.ts");
    const answer = await uploadThroughListener(call, job.target, files);
    if (answer !== undefined) {
      call.out.inspect(answer);
      return 0;
    }
  }
  if (owner !== undefined && switchOf(call.env, "OPENZCA_UPLOAD_ENFORCE_SINGLE_OWNER", true))
    throw ownerBusy(call, owner.pid, "upload IPC");
  useOwnSocket(call, job);
  call.out.inspect({ message: null, attachment: await postFiles(call, job, files, "") });
  return 0;
}

function ownerBusy(call: Call, pid: number, what: string): CliError {
  return new CliError(
    `Active listener owner detected for profile "${call.profile}" (pid ${pid}), but ${what} is unavailable. Stop that listener first.`,
  );
}

function useOwnSocket(call: Call, { self }: Job): void {
  call.journal.noteEvicted(
    useWebsocket(call.layout, { session: self.session, profile: call.profile, command: call.command.path.join(" ") }),
  );
}

async function postCaption(call: Call, { self, target }: Job, text: string): Promise<object> {
  return { msgId: answeredId(call, await post(call, self, target, { text, argvText: text })) };
}

async function postFiles(
  call: Call,
  { self, target }: Job,
  files: readonly string[],
  caption: string,
): Promise<object[]> {
  const answers = [];
  for (const file of files)
    answers.push({ msgId: answeredId(call, await post(call, self, target, fileDraft(file, caption))) });
  return answers;
}
