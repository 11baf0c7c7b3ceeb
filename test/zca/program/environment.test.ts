import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { childEnvironment, listenOverrides } from "../../../src/zca/program/environment.ts";

describe("child environment", () => {
  test("passes what a program needs to run and nothing that is secret", () => {
    const parent = {
      PATH: "/usr/bin",
      HOME: "/home/lan",
      LANG: "vi_VN.UTF-8",
      LC_ALL: "vi_VN.UTF-8",
      TZ: "Asia/Ho_Chi_Minh",
      https_proxy: "http://proxy",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      OPENZCA_HOME: "/data",
      ANTHROPIC_API_KEY: "sk-secret",
      OPENAI_API_KEY: "sk-secret",
      OPENCLAW_GATEWAY_TOKEN: "secret",
      NODE_OPTIONS: "--inspect",
      LD_PRELOAD: "/evil.so",
      Path: "wrong case",
    };
    expect(childEnvironment(parent)).toEqual({
      PATH: "/usr/bin",
      HOME: "/home/lan",
      LANG: "vi_VN.UTF-8",
      LC_ALL: "vi_VN.UTF-8",
      TZ: "Asia/Ho_Chi_Minh",
      https_proxy: "http://proxy",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      OPENZCA_HOME: "/data",
      NO_COLOR: "1",
      OPENZCA_QR_AUTO_OPEN: "0",
      OPENZCA_SEND_RETRY_COUNT: "0",
    });
  });

  test("never passes the profile or the debug log on, even when the operator lists them", () => {
    const parent = {
      ZCA_PROFILE: "a",
      OPENZCA_PROFILE: "b",
      OPENZCA_DEBUG: "1",
      OPENZCA_DEBUG_FILE: "/x",
      FFMPEG: "/bin/ffmpeg",
    };
    const env = childEnvironment(parent, { extraNames: Object.keys(parent) });
    expect(Object.keys(env).sort()).toEqual(["FFMPEG", "NO_COLOR", "OPENZCA_QR_AUTO_OPEN", "OPENZCA_SEND_RETRY_COUNT"]);
  });

  test("its own settings win over inherited ones", () => {
    const parent = { OPENZCA_SEND_RETRY_COUNT: "5", OPENZCA_LISTEN_MEDIA_MAX_BYTES: "999", NO_COLOR: "" };
    const env = childEnvironment(parent, { overrides: listenOverrides });
    expect(env).toMatchObject({ OPENZCA_SEND_RETRY_COUNT: "0", OPENZCA_LISTEN_MEDIA_MAX_BYTES: "1", NO_COLOR: "1" });
    expect(env).toMatchObject({
      OPENZCA_LISTEN_MEDIA_FETCH_TIMEOUT_MS: "1",
      OPENZCA_LISTEN_DOWNLOAD_QUOTE_MEDIA: "0",
      OPENZCA_LISTEN_INCLUDE_QUOTE_CONTEXT: "0",
    });
  });

  test("a name that is not on the list never passes, whatever it is", () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{2,20}$/).filter((value) => !/^(?:LC_|OPENZCA_)/.test(value));
    const listed = new Set(
      Object.keys(childEnvironment({ PATH: "", HOME: "", LANG: "", LANGUAGE: "", TZ: "", TMPDIR: "" })),
    );
    fc.assert(
      fc.property(name, (key) => {
        fc.pre(!listed.has(key) && !/^(?:https?|no|all)_proxy$|^SSL_CERT|^NODE_EXTRA/i.test(key));
        expect(childEnvironment({ [key]: "bí mật" })).not.toHaveProperty(key);
      }),
    );
  });
});
