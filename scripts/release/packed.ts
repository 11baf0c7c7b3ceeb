/** What `npm pack` would put into the tarball. */
export interface Contents {
  readonly files: readonly string[];
  /** Bytes. */
  readonly unpackedSize: number;
}

const largestPackage = 1_000_000;
const besidesCode = ["package.json", "openclaw.plugin.json", "README.md", "CHANGELOG.md", "LICENSE"];

/** What is missing in a package, or has no business there. */
export function packageProblems({ files, unpackedSize }: Contents, entries: readonly string[]): string[] {
  const wanted = [...entries.map((entry) => entry.replace(/^\.\//u, "")), ...besidesCode];
  const isOurs = (file: string) => file.startsWith("dist/") || besidesCode.includes(file);
  const size = unpackedSize.toLocaleString("en-US");
  return [
    ...wanted.filter((file) => !files.includes(file)).map((file) => `${file} is not in the package.`),
    ...files.filter((file) => !isOurs(file)).map((file) => `${file} is in the package and has no business there.`),
    ...(unpackedSize < largestPackage ? [] : [`The package is ${size} bytes unpacked; 1 MB is the most.`]),
  ];
}

/** Reads the report of `npm pack --json`: a list of npm 11, an object by package name of npm 12. */
export function contentsOf(report: unknown): Contents {
  const [entry] = typeof report === "object" && report !== null ? (Object.values(report) as unknown[]) : [];
  const { files, unpackedSize } = (entry ?? {}) as { files?: { path: string }[]; unpackedSize?: number };
  if (files === undefined || unpackedSize === undefined) throw new Error("npm pack did not say what it packs.");
  return { files: files.map(({ path }) => path), unpackedSize };
}
