"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filter");
  const list = document.getElementById("list");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const STEP = 40;
  let chosen = [];
  let shown = 0;

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const field = (name) => form.elements.namedItem(name);
  const options = (select, values) => {
    const kept = select.value;
    select.length = 1;
    for (const value of values) select.add(new Option(value, value));
    select.value = values.includes(kept) ? kept : "";
  };
  const categories = () => {
    const suite = field("suite").value;
    const own = data.cases.filter((each) => !suite || each.suite === suite);
    options(field("category"), [...new Set(own.map((each) => each.category))].sort());
  };
  const state = (each) => (each.passed === null ? "unscored" : each.passed ? "passing" : "failing");

  const matches = (each) => {
    const want = Object.fromEntries(new FormData(form));
    if (want.show && state(each) !== want.show) return false;
    for (const name of ["suite", "category", "stage"]) if (want[name] && each[name] !== want[name]) return false;
    if (want.metric && !each.low.includes(want.metric)) return false;
    if (!want.words) return true;
    const text = [each.id, ...each.asked, ...each.replies.map((reply) => reply.text)].join(" ").toLowerCase();
    return want.words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  };

  const replyElement = (each, reply, last) => {
    const element = make("div", "said replied");
    element.append(make("span", "who", `CiteWell, ${reply.kind.replaceAll("_", " ")}`));
    const fault = last && each.fault !== null ? reply.sentences[each.fault] : null;
    const at = fault ? reply.text.indexOf(fault.text) : -1;
    if (at < 0) {
      element.append(reply.text);
      return element;
    }
    const name = make("span", "who missed", "✕ the sentence at fault is marked");
    element.append(name, reply.text.slice(0, at), make("mark", "", fault.text), reply.text.slice(at + fault.text.length));
    return element;
  };

  const expectation = (each) => {
    const expect = each.expect;
    const parts = [];
    if (expect.kind.length) parts.push(`a reply of kind ${expect.kind.join(" or ")}`);
    if (expect.urgent) parts.push(`danger: ${[].concat(expect.urgent).join(" or ")}`);
    if (expect.verdict) parts.push(`verdict: ${expect.verdict}`);
    if (expect.sources.length) parts.push(`a page of ${expect.sources.join(", ")}`);
    if (expect.must_not_contain.length) parts.push(`without: ${expect.must_not_contain.join(", ")}`);
    return parts.length ? parts : ["nothing in particular"];
  };

  const bullets = (items) => {
    const element = make("ul", "plain");
    for (const [className, text] of items) element.append(make("li", className, text));
    return element;
  };

  const citations = (reply) =>
    bullets(reply.citations.map((one) => ["", `[${one.marker}] ${one.publisher}: ${one.title} (${one.source_id}). “${one.quote}”`]));

  const hits = (each, used) => {
    const items = make("ol", "hits");
    for (const [id, score, similarity, coverage] of each.hits) {
      const passage = data.passages[id];
      const item = make("li", used.has(id) ? "used" : "");
      item.append(make("b", "", passage.section));
      const right = passage.sources.some((source) => each.expect.sources.includes(source));
      if (right) item.append(make("span", "met", " ✓ right page"));
      if (used.has(id)) item.append(make("span", "", " · cited"));
      item.append(make("span", "who", `${passage.sources.join(", ")}. Score ${score}, similarity ${similarity}, words ${coverage}`));
      item.append(passage.text);
      items.append(item);
    }
    return items;
  };

  const conversation = (each) => {
    const element = make("div");
    element.append(make("h4", "", "The conversation"));
    const start = each.asked.length - each.replies.length;
    each.asked.forEach((text, turn) => {
      const asked = make("div", "said asked");
      asked.append(make("span", "who", "Asked"), text);
      element.append(asked);
      const reply = each.replies[turn - Math.max(start, 0)];
      if (reply) element.append(replyElement(each, reply, turn === each.asked.length - 1));
    });
    const last = each.replies[each.replies.length - 1];
    if (last && last.citations.length) element.append(make("h4", "", "Cited"), citations(last));
    return element;
  };

  const reasons = (each) => {
    const element = make("div");
    if (each.passed === false) element.append(make("h4", "", "What went wrong"), bullets([["missed", `✕ At ${each.stage}: ${each.reason}`]]));
    element.append(make("h4", "", "Expected"), bullets(expectation(each).map((text) => ["", text])));
    if (each.expect.facts.length) {
      element.append(make("h4", "", "Facts of a full answer"));
      element.append(bullets(each.expect.facts.map((fact, at) => (each.facts[at] ? ["met", `✓ ${fact}`] : ["missed", `✕ not stated: ${fact}`]))));
    }
    if (each.lines.length) {
      element.append(make("h4", "", "The script, sentence by sentence"));
      const told = ([text, right, said]) => (said === right ? ["met", `✓ ${said}: ${text}`] : ["missed", `✕ ${said || "missing"} instead of ${right}: ${text}`]);
      element.append(bullets(each.lines.map(told)));
    }
    const lost = [...(each.low.length ? [["", each.low.join(", ")]] : []), ...Object.entries(each.errors).map(([name, why]) => ["missed", `${name}, unscored: ${why}`])];
    if (lost.length) element.append(make("h4", "", "Takes away from"), bullets(lost));
    const last = each.replies[each.replies.length - 1];
    const used = new Set(last ? last.citations.map((one) => one.passage) : []);
    const sure = each.confidence === null ? "" : ` (confidence ${each.confidence})`;
    element.append(make("h4", "", each.hits.length ? `Passages retrieved${sure}` : "Nothing was searched for"));
    if (each.hits.length) element.append(hits(each, used));
    return element;
  };

  const caseElement = (each) => {
    const element = make("details", "case");
    const summary = make("summary");
    const stripe = each.passed === null ? "unscored" : each.passed ? "passing" : each.stage;
    summary.append(make("span", `stripe ${stripe}`));
    summary.append(make("span", "question", each.asked[each.asked.length - 1].slice(0, 200)));
    const why = each.passed === false ? `Fails at ${each.stage}: ${each.reason}` : each.reason || "Passes";
    summary.append(make("span", "why", why));
    summary.append(make("span", "why", `${each.id} · ${each.suite} · ${each.category.replaceAll("_", " ")}`));
    element.append(summary);
    element.addEventListener("toggle", () => {
      if (!element.open || element.childElementCount > 1) return;
      const inside = make("div", "inside");
      inside.append(conversation(each), reasons(each));
      element.append(inside);
    });
    return element;
  };

  const extend = () => {
    for (const each of chosen.slice(shown, shown + STEP)) list.append(caseElement(each));
    shown = Math.min(shown + STEP, chosen.length);
    more.hidden = shown >= chosen.length;
    found.textContent = `${chosen.length} of ${data.cases.length} cases${shown < chosen.length ? `, the first ${shown} shown` : ""}`;
  };
  const show = () => {
    chosen = data.cases.filter(matches);
    shown = 0;
    list.replaceChildren();
    extend();
  };
  const fromAddress = () => {
    const [place, query] = location.hash.slice(1).split("?");
    if (place !== "cases" || query === undefined) return;
    const want = new URLSearchParams(query);
    field("suite").value = want.get("suite") || "";
    categories();
    for (const name of ["category", "stage", "metric"]) field(name).value = want.get(name) || "";
    field("show").value = want.get("show") || "";
    field("words").value = "";
    show();
    const only = want.get("id");
    if (only) { field("words").value = only; show(); }
    const head = document.getElementById("cases-h");
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    head.scrollIntoView();
    if (chosen.length === 1 || only) list.querySelector("details")?.setAttribute("open", "");
  };

  options(field("metric"), [...new Set(data.cases.flatMap((each) => each.low))].sort());
  categories();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => { if (event.target.name === "suite") categories(); show(); });
  field("words").addEventListener("input", show);
  more.addEventListener("click", extend);
  window.addEventListener("hashchange", fromAddress);
  show();
  fromAddress();
})();
