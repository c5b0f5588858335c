// Changes a document in place into another version of it. What is the same stays, with its scroll
// position and what was typed into it.
(() => {
  /** What a document in place would be without: scripts run once, frames load once, a header or a
   * `<base>` is not taken over, and the content of a template is in no tree. */
  const LOADED =
    "script, noscript, base, iframe, frame, frameset, object, embed, [http-equiv], [onload], [nonce], template";

  /** Elements with a state beyond their attributes and children. */
  const WHOLE = "textarea, input, select, button, output, video, audio, picture, details, dialog";

  /** The path of a stylesheet's link. */
  const sheet = (node) =>
    node.nodeName === "LINK" && node.relList.contains("stylesheet") && new URL(node.href).pathname;

  /** Whether a node may stay. A stylesheet of the same path is kept up to date by itself. */
  function isSame(old, next) {
    if (old.isEqualNode(next)) return true;
    if (!sheet(old) || sheet(old) !== sheet(next)) return false;
    const same = next.cloneNode();
    same.setAttribute("href", old.getAttribute("href"));
    return old.isEqualNode(same);
  }

  function isPlain(node) {
    return node.namespaceURI === "http://www.w3.org/1999/xhtml" && !node.matches(WHOLE);
  }

  function changeAttributes(old, next) {
    for (const { name } of [...old.attributes]) {
      if (!next.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  }

  function change(old, next) {
    if (isSame(old, next)) return;
    if (old.nodeName !== next.nodeName || !isPlain(old) || !isPlain(next)) {
      return old.replaceWith(document.importNode(next, true));
    }
    changeAttributes(old, next);
    const from = [...old.childNodes];
    const to = [...next.childNodes];
    while (from.length && to.length && isSame(from[0], to[0])) {
      from.shift();
      to.shift();
    }
    let after = null;
    while (from.length && to.length && isSame(from.at(-1), to.at(-1))) {
      after = from.pop();
      to.pop();
    }
    for (const node of from.splice(to.length)) node.remove();
    for (const node of to) {
      const place = from.shift();
      if (place) change(place, node);
      else old.insertBefore(document.importNode(node, true), after);
    }
  }

  return {
    /** Whether the document of the window can be changed in place at all. */
    isStill(from) {
      const all = from.body?.querySelectorAll("*") ?? [];
      return from.body && !from.querySelector(LOADED) && ![...all].some((node) => node.shadowRoot);
    },

    /** Changes the document of the window into another one, for which `isStill` holds. */
    adopt(next) {
      // The children of the element itself are these two and what development adds.
      changeAttributes(document.documentElement, next.documentElement);
      change(document.head, next.head);
      change(document.body, next.body);
    },
  };
})()
