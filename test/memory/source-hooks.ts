import { registerHooks } from "node:module";

const sources = new URL("../../src/", import.meta.url).href;

/** Lets plain Node.js run the sources: they name each other by the `.js` file the build will make of them. */
export function runFromSources(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const isOwn =
        specifier.startsWith(".") && specifier.endsWith(".js") && context.parentURL?.startsWith(sources) === true;
      return next(isOwn ? `${specifier.slice(0, -3)}.ts` : specifier, context);
    },
  });
}
