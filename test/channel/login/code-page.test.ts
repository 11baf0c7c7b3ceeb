import { expect, test } from "vitest";
import { renderCodePage } from "../../../src/channel/login/code-page.ts";

const png = Buffer.from("mã QR");

test("shows the code as a picture and looks for news by itself", () => {
  const html = renderCodePage("cửa-hàng", { words: "Quét mã này.", png });
  expect(html).toContain(`src="data:image/png;base64,${png.toString("base64")}"`);
  expect(html).toContain("Account “cửa-hàng”");
  expect(html).toContain('http-equiv="refresh"');
});

test("says how the login ended, without the code, and stays still", () => {
  const html = renderCodePage("default", { words: "Logged in.", isOver: true });
  expect(html).toContain("Logged in.");
  expect(html).not.toMatch(/<img|refresh/u);
});

test("a name somebody chose for themselves stays text", () => {
  const html = renderCodePage("default", { words: "Scanned by <script>\"&'Ông Ba</script>." });
  expect(html).not.toContain("<script");
  expect(html).toContain("Ông Ba");
});
