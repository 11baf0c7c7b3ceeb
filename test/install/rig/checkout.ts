import { execFile } from "node:child_process";
import { cp, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const runFile = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** A checkout to build in, as a clone has it, with this one's dependencies: beside us nobody may rebuild `dist`. */
export async function checkOut(folder: string): Promise<string> {
  const checkout = path.join(folder, "zalouser");
  const { stdout } = await runFile("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    maxBuffer: 16 * 1024 * 1024,
  });
  const files = stdout.split("\0").filter((name) => name !== "");
  await Promise.all(files.map((name) => cp(path.join(repository, name), path.join(checkout, name))));
  await symlink(path.join(repository, "node_modules"), path.join(checkout, "node_modules"));
  return checkout;
}

/** Where the `openclaw` of this checkout's dependencies lies. */
export const openclawFolder: string = path.join(repository, "node_modules", ".bin");
