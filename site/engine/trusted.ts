/** Where a page demands Trusted Types, a script's address has to come out of a policy. Ours lets this page's own origin through. */
let policy: { createScriptURL(url: string): string } | undefined;

/** The address of a Worker's script, as `new Worker` and `serviceWorker.register` take it here. TypeError for another origin. */
export function scriptAddress(url: string): string {
  const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } }).trustedTypes;
  policy ??= factory?.createPolicy("koujing", {
    createScriptURL: (given: string) => {
      if (new URL(given, document.baseURI).origin !== location.origin) throw new TypeError(`${given} is not on this page's origin`);
      return given;
    },
  });
  return policy?.createScriptURL(url) ?? url;
}
