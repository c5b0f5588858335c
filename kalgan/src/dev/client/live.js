// The browser's side of development: shows edits without a reload by hand, explains mistakes, and
// tells in a bar how the page came about. It keeps to what a strict Content-Security-Policy allows:
// no inline styles, no HTML but through the policy `kalgan` of Trusted Types.
((styles, inPlace) => {
  "use strict";

  const script = document.currentScript;
  const data = document.getElementById("kalgan-dev");
  if (!data) return;
  const page = JSON.parse(data.textContent);
  // The page is as it will be in production; also for selectors such as `:last-child`.
  data.remove();
  script?.remove();
  // A page that swaps its content by itself runs this again: then only the facts are new.
  if (window.__kalgan) return window.__kalgan.update(page);
  window.__kalgan = {
    update(next) {
      Object.assign(page, next);
      drawBar();
    },
    refresh,
  };

  // ---------------------------------------------------------------- elements

  const trusted = window.trustedTypes?.createPolicy("kalgan", { createHTML: (html) => html });

  /** An element with properties and children; texts are texts. */
  function element(name, properties = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key in node) node[key] = value;
      else node.setAttribute(key, value);
    }
    node.append(...children.flat().filter((child) => child != null && child !== false));
    return node;
  }

  /** HTML that the server has made and escaped. */
  function fragment(html) {
    const template = document.createElement("template");
    template.innerHTML = trusted ? trusted.createHTML(html) : html;
    return template.content;
  }

  const host = document.createElement("kalgan-dev");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = styles.map((text) => {
    const sheet = new CSSStyleSheet();
    // A `rem` is the page's, and may be any size.
    sheet.replaceSync(text.replace(/([\d.]+)rem\b/g, (_, size) => `${size * 16}px`));
    return sheet;
  });

  // ----------------------------------------------------------------- reloads

  const RELOADED = "kalgan-dev-reloaded";

  /** What the browser keeps under a name. Some keep nothing, and say so by an exception. */
  function kept(storage, name) {
    try {
      return window[storage].getItem(name);
    } catch {
      return null;
    }
  }

  /** Keeps a text under a name; `null` forgets it. */
  function keep(storage, name, text) {
    try {
      if (text === null) window[storage].removeItem(name);
      else window[storage].setItem(name, text);
    } catch {
      // Then it is known to this page alone.
    }
  }

  /** Reloads; for one and the same reason once only, should the page come from some cache. */
  function reload(reason) {
    if (page.isForm) return sign("This page answers a form: reload it to send the form again.");
    if (reason) {
      if (kept("sessionStorage", RELOADED) === reason) {
        return sign(
          navigator.serviceWorker?.controller
            ? "A service worker of the app shows an older page: unregister it, or let it ask the network first."
            : "A cache shows an older page.",
        );
      }
      keep("sessionStorage", RELOADED, reason);
    }
    location.reload();
  }

  /** The request for the page as it is now, if it has not been answered. */
  let renewal = null;

  /** Shows the page as it is now: in place where nothing but a reload could do more, else by one. */
  async function renew() {
    renewal?.abort();
    renewal = null;
    if (page.isForm || page.mistakes || replaced.size > 0 || !inPlace.isStill(document)) return reload();
    const { signal } = (renewal = new AbortController());
    try {
      const headers = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
      const response = await fetch(location.href, { headers, cache: "no-store", signal });
      if (!response.ok || response.redirected) return reload();
      const html = await response.text();
      const next = new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
      const data = next.getElementById("kalgan-dev");
      const facts = JSON.parse(data.textContent);
      data.nextSibling.remove();
      data.remove();
      const isOther = facts.boot !== page.boot || facts.mistakes || next.compatMode !== document.compatMode;
      // Which styles a policy allows is in a header, by a nonce or a hash.
      const policy = response.headers.get("content-security-policy");
      const isBound = policy && next.querySelector("style");
      if (signal.aborted) return;
      if (isOther || isBound || !inPlace.isStill(next)) return reload();
      inPlace.adopt(next);
      Object.assign(page, facts);
      drawBar();
    } catch {
      if (!signal.aborted) reload();
    }
  }

  /** An address with a new query, so that no cache has it. */
  function fresh(url) {
    url.searchParams.set("_kalgan", Date.now());
    return url.href;
  }

  /** The address as a URL, where it is this server's. */
  function local(address, base = document.baseURI) {
    try {
      const url = new URL(address, base);
      return url.origin === location.origin ? url : null;
    } catch {
      return null;
    }
  }

  /** The address as a URL, where it is that of one of the changed files. */
  function changed(address, paths, base) {
    const url = local(address, base);
    try {
      return url && paths.includes(decodeURIComponent(url.pathname)) ? url : null;
    } catch {
      return null; // No file has such a name.
    }
  }

  const STYLE = /\.css$/i;
  const IMAGE = /\.(png|jpe?g|gif|webp|avif|svg|ico|bmp)$/i;
  // Tools write it beside a stylesheet; browsers ask for it when they are asked for it.
  const MAP = /\.map$/i;

  /** The address of a file. Others would be relative to the page's `<base>`. */
  function address(path) {
    return location.origin + path.split("/").map(encodeURIComponent).join("/");
  }

  /** Takes over changed files: stylesheets and images in place, all else by a reload. */
  async function refresh(paths, reason) {
    const styles = paths.filter((path) => STYLE.test(path));
    const images = paths.filter((path) => IMAGE.test(path));
    const maps = paths.filter((path) => MAP.test(path));
    if (styles.length + images.length + maps.length < paths.length) return reload(reason);
    for (const frame of document.querySelectorAll("iframe, frame")) {
      accessible(frame.contentWindow)?.__kalgan?.refresh(paths);
    }
    if (styles.length) await refreshStyles(styles);
    if (images.length) refreshImages(images);
  }

  /** For each link that is to replace others: those. */
  const replaced = new Map();

  async function refreshStyles(paths) {
    const superseded = new Set([...replaced.values()].flat());
    const links = [...document.querySelectorAll("link[rel~=stylesheet][href]")].filter(
      (link) => !superseded.has(link) && local(link.href),
    );
    const direct = (path) => links.filter((link) => changed(link.href, [path]));
    const imported = paths.filter((path) => direct(path).length === 0);
    // What a stylesheet imports is named in it without a new query: bring it into the cache first.
    await Promise.all(imported.map((path) => fetch(address(path), { cache: "reload" }).catch(() => {})));
    const due = imported.length ? links : paths.flatMap(direct);
    for (const link of new Set(due)) {
      const next = link.cloneNode();
      next.href = fresh(new URL(link.href));
      const old = [link, ...(replaced.get(link) ?? [])];
      replaced.set(next, old);
      // Both are there until the new one is loaded: the page is never without.
      next.onload = next.onerror = () => {
        for (const link of replaced.get(next) ?? []) link.remove();
        replaced.delete(next);
      };
      replaced.delete(link);
      link.after(next);
    }
  }

  function refreshImages(paths) {
    const attributes = [
      ["img, input[type=image]", "src"],
      ["video[poster]", "poster"],
      ["link[rel~=icon]", "href"],
      ["image, use", "href"],
    ];
    for (const [selector, name] of attributes) {
      for (const node of document.querySelectorAll(selector)) {
        const url = changed(node.getAttribute(name) ?? "", paths);
        if (url) node.setAttribute(name, fresh(url));
      }
    }
    for (const node of document.querySelectorAll("[srcset]")) {
      const before = node.getAttribute("srcset");
      const set = before.replace(/\S*[^\s,]/g, (part) => {
        const url = changed(part, paths);
        return url ? fresh(url) : part;
      });
      if (set !== before) node.setAttribute("srcset", set);
    }
    for (const node of document.querySelectorAll("[style*='url(']")) {
      refreshUrls(node.style, paths, document.baseURI);
    }
    for (const sheet of document.styleSheets) refreshRules(sheet, paths);
  }

  /** Images that stylesheets name. */
  function refreshRules(sheet, paths, base = sheet.href ?? document.baseURI) {
    let rules;
    try {
      rules = sheet.cssRules;
    } catch {
      return; // It is another origin's.
    }
    for (const rule of rules) {
      if (rule.style) refreshUrls(rule.style, paths, base);
      if (rule.styleSheet) refreshRules(rule.styleSheet, paths);
      else if (rule.cssRules) refreshRules(rule, paths, base);
    }
  }

  function refreshUrls(style, paths, base) {
    for (const name of [...style]) {
      const value = style.getPropertyValue(name);
      if (!value.includes("url(")) continue;
      const next = value.replace(/url\((["']?)(.*?)\1\)/g, (whole, _, address) => {
        const url = changed(address, paths, base);
        return url ? `url("${fresh(url)}")` : whole;
      });
      if (next !== value) style.setProperty(name, next, style.getPropertyPriority(name));
    }
  }

  // ----------------------------------------------------------------- overlay

  let overlay = null;

  /** Lays what is wrong over the page. Escape closes it, until there is something else to say. */
  function showOverlay(title, hint, ...content) {
    closeOverlay();
    const close = element("button", { type: "button", className: "close", title: "Close (Escape)" }, "Close");
    overlay = element(
      "dialog",
      { className: "overlay", "aria-labelledby": "title" },
      element(
        "main",
        {},
        element("header", {}, element("h1", { id: "title" }, title), element("p", {}, hint), close),
        ...content,
      ),
    );
    close.onclick = () => overlay.close();
    overlay.onclose = () => drawBar();
    root.append(overlay);
    overlay.showModal();
  }

  function closeOverlay() {
    if (!overlay) return;
    overlay.onclose = null;
    overlay.remove();
    overlay = null;
  }

  const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  let mistakes = null;
  let failure = null;

  /** Shows mistakes of files, the failure of a build, or both. */
  function showWrong(files) {
    const them = files?.count === 1 ? "it" : "them";
    const titles = [
      files && (files.count === 1 ? "A mistake in a file" : `${counted(files.count, "mistake")} in files`),
      failure && (failure.compiles ? "The app does not start" : "The app does not compile"),
    ];
    const hints = [
      files && `Mend ${them} and save: then this goes away by itself. The page behind is the last good one.`,
      failure &&
        (failure.compiles
          ? "Its log says why. Mend it and save. The server that answers is the last one that did start."
          : "Mend it and save. The server that answers is of the last code that did compile."),
    ];
    showOverlay(
      titles.filter(Boolean).join(". "),
      hints.filter(Boolean).join(" "),
      failure && element("article", {}, element("pre", { className: "compiler" }, failure.text)),
      files && fragment(files.html),
    );
  }

  /** What the overlay was last about. */
  let shown = null;

  /** Shows what is wrong now, or takes away what was. What was shown and closed stays closed. */
  function judge() {
    // A page that explains the mistakes itself is covered by a failure.
    const files = (!page.mistakes || failure) && mistakes;
    const wrong = [files?.digest, failure?.compiles, failure?.text].filter((part) => part != null).join(" ");
    if (!wrong) closeOverlay();
    else if (!overlay || wrong !== shown) showWrong(files);
    shown = wrong;
    drawBar();
  }

  /** Shows again what was closed. */
  function showAgain() {
    judge();
    if (overlay && !overlay.open) overlay.showModal();
  }

  // ------------------------------------------------------------------ events

  const SHORTEST = 200;
  const LONGEST = 2000;
  let source = null;
  let timer = null;
  let pause = SHORTEST;

  function connect() {
    disconnect();
    source = new EventSource(`${location.origin}${page.events}?assets=${page.assets}`);
    source.onerror = () => {
      disconnect();
      sign("connecting…");
      timer = setTimeout(connect, pause);
      pause = Math.min(Math.max(pause * 1.5, SHORTEST), LONGEST);
    };
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => listener(JSON.parse(event.data)));
    }
  }

  function disconnect() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  const listeners = {
    hello(state) {
      pause = SHORTEST;
      sign("");
      mistakes = state.mistakes;
      failure = state.failure;
      judge();
      const isStale = page.boot !== state.boot || page.site !== state.site;
      const explains = page.mistakes ?? null;
      const versions = [page, state].flatMap(({ boot, site, assets }) => [boot, site, assets]);
      const reason = [location, ...versions, mistakes?.digest].join(" ");
      if (explains !== null ? explains !== mistakes?.digest : isStale && !mistakes) {
        return reload(reason);
      }
      if (page.boot === state.boot && page.assets !== state.assets) {
        page.assets = state.assets;
        if (state.changed) refresh(state.changed, reason);
        else reload(reason);
      } else if (!isStale) {
        // An older page that the history brings back may have to be loaded again for the same reason.
        keep("sessionStorage", RELOADED, null);
      }
    },
    site({ settings }) {
      mistakes = null;
      judge();
      // Settings may change what a header says.
      if (settings) reload();
      else renew();
    },
    assets(paths) {
      page.assets += 1;
      refresh(paths);
    },
    mistakes(found) {
      mistakes = found;
      // The page explains others.
      if (page.mistakes) return page.mistakes !== found.digest && reload();
      judge();
    },
    build({ state, failure: found }) {
      sign({ running: "compiling…", restarting: "restarting…" }[state] ?? "");
      // When this server ends its streams, the next one answers already.
      if (state === "restarting") pause = 0;
      // Until it has ended, the last one counts.
      if (state === "running") return;
      failure = found;
      judge();
    },
  };

  // --------------------------------------------------------------------- bar

  const FOLDED = "kalgan-dev-bar";
  let note = "";
  /** Its shape, where the browser keeps nothing. */
  let lastShape = "small";

  /** Says in the bar what goes on. */
  function sign(text) {
    note = text;
    drawBar();
  }

  /** What the bar was drawn as: `folded`, `small` or `open`. */
  function shape() {
    return kept("localStorage", FOLDED) ?? lastShape;
  }

  function setShape(shape) {
    lastShape = shape;
    keep("localStorage", FOLDED, shape);
    drawBar(shape);
    root.querySelector(".bar [aria-expanded]")?.focus();
  }

  const millis = (number) => `${number < 10 ? number.toFixed(1) : Math.round(number)} ms`;

  /** A term with its values; nothing where there are none. */
  const term = (name, ...values) => {
    const given = values.flat().filter((value) => value != null && value !== false);
    return given.length ? [element("dt", {}, name), ...given.map((value) => element("dd", {}, value))] : [];
  };

  function details({ method, path, status, route, templates, language, fallbacks, millis: took, reading, lines, moreLines }) {
    const aside = (text) => element("small", {}, text);
    const level = (line) => line.level.toLowerCase();
    return element(
      "div",
      { className: "details", id: "details" },
      element(
        "dl",
        {},
        term("request", [[`${method} ${path} `, aside(String(status))]].map((parts) => element("span", {}, parts))),
        term("route", route && element("span", {}, `${route.name} `, aside(route.path))),
        term("controller", route?.controller),
        term("middleware", route?.middleware),
        term(
          templates.length > 1 ? "templates" : "template",
          templates.map((template) =>
            element(
              "span",
              {},
              `${template.name} `,
              aside(millis(template.millis)),
              template.uses.length > 0 &&
                element("ul", {}, template.uses.map(([how, name]) => element("li", {}, aside(`${how} `), name))),
            ),
          ),
        ),
        term("language", language && element("span", {}, `${language.tag} `, aside(language.how))),
        term(
          "fallbacks",
          fallbacks.map(({ key, language, shown }) =>
            element("span", { className: "warn" }, `${key} `, aside(`is missing in ${language}, ${shown} is shown`)),
          ),
        ),
        term(
          "time",
          element("span", {}, `${millis(took.total)} `, aside("to answer")),
          templates.length > 0 && element("span", {}, `${millis(took.render)} `, aside("to render")),
          element(
            "span",
            {},
            `${millis(took.look)} `,
            aside("to look at the files"),
          ),
          reading && element(
            "span",
            {},
            `${millis(reading.millis)} `,
            aside(`to read ${counted(reading.files, "file")} after the last edit`),
          ),
        ),
        term(
          "log",
          lines === null && aside("The app has a log of its own, which cannot be shown here."),
          lines?.length === 0 && aside("no lines"),
          (lines ?? []).map((line) =>
            element("span", { className: level(line) }, element("b", {}, level(line)), " ", line.text),
          ),
          moreLines > 0 && aside(`and ${moreLines} more`),
        ),
      ),
    );
  }

  function drawBar(as = shape()) {
    for (const old of root.querySelectorAll(".bar, .room")) old.remove();
    const { bar } = page;
    const isClosed = overlay && !overlay.open;
    const wrong = (mistakes && !page.mistakes) || failure;
    // Without a bar there is still something to say now and then.
    if (!bar && !note && !(wrong && isClosed)) return;
    const warnings = bar
      ? bar.fallbacks.length + (bar.lines ?? []).filter(({ level }) => level === "WARN" || level === "ERROR").length
      : 0;
    const reopen = wrong
      ? element(
          "button",
          { type: "button", className: "bad", onclick: showAgain },
          [mistakes && `${mistakes.count} ✕`, failure && "✕ build"].filter(Boolean).join(" "),
        )
      : null;
    const state = note ? element("span", { className: "note", role: "status" }, note) : null;
    const button = (text, properties) => element("button", { type: "button", ...properties }, text);
    const parts = !bar
      ? [reopen, state]
      : as === "folded"
        ? [reopen, state, button("▴", { className: "tab", title: "Show the development bar", "aria-expanded": "false", onclick: () => setShape("small") })]
        : [
            reopen,
            button(
              [
                element("b", { className: bar.status >= 400 ? "bad" : "" }, String(bar.status)),
                element("span", {}, bar.route?.name ?? bar.path),
                bar.templates.length > 0 && element("span", { className: "more" }, bar.templates[0].name),
                bar.language && element("span", { className: "more" }, bar.language.tag),
                element("span", {}, millis(bar.millis.total)),
                warnings > 0 && element("span", { className: "warn" }, `${warnings} ⚠`),
              ].filter(Boolean),
              {
                className: "facts",
                title: as === "open" ? "Hide the details" : "Show how this page came about",
                "aria-expanded": String(as === "open"),
                "aria-controls": "details",
                onclick: () => setShape(as === "open" ? "small" : "open"),
              },
            ),
            state,
            button("▾", { className: "tab", title: "Fold the development bar", onclick: () => setShape("folded") }),
          ];
    root.append(
      element(
        "section",
        { className: `bar ${as}`, "aria-label": "Kalgan, development" },
        bar && as === "open" && details(bar),
        element("div", { className: "strip" }, parts),
      ),
      // On a narrow screen the page can be scrolled past the bar.
      element("div", { className: "room" }),
    );
  }

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !overlay?.open && shape() === "open") setShape("small");
  });

  // ------------------------------------------------------------------- start

  /** A window, if its content is of this origin. */
  function accessible(other) {
    try {
      return other.document && other;
    } catch {
      return null;
    }
  }

  function start() {
    // Not in the body, whose children belong to the page.
    document.documentElement.append(host);
    drawBar();
    if (!page.live) return;
    // A browser opens few connections to a host: hidden pages leave theirs to others.
    const follow = () => (document.hidden ? disconnect() : source || connect());
    document.addEventListener("visibilitychange", follow);
    addEventListener("pagehide", disconnect);
    addEventListener("pageshow", (event) => event.persisted && follow());
    follow();
  }

  // Frames do so as well: the page around them listens, tells and reloads for all.
  const around = parent === window ? null : accessible(parent);
  if (!around) start();
  else if (around.document.readyState === "complete") around.__kalgan || start();
  else around.addEventListener("load", () => around.__kalgan || start());
})(KALGAN_STYLES, KALGAN_ADOPT);
