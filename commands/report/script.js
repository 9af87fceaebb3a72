"use strict";
// Shows the tables page by page from the data in this file. A cell is a list of positions in the
// list of texts. Text only ever becomes text nodes, attributes of our own and lines of CSV.
(() => {
  const ROWS = 50; // rows of a page
  const PRINTED = 250; // rows of a table on paper
  const NAMED = 8; // times that are read aloud for a strip
  const HOUR = 3600000; // milliseconds
  const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];
  const SVG = "http://www.w3.org/2000/svg";
  const { texts, tables } = JSON.parse(document.getElementById("data").textContent);
  const positions = new Map(texts.map((text, position) => [text, position]));
  const folded = texts.map((text) => text.toLowerCase());
  const collator = new Intl.Collator("en", { numeric: true });

  function made(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function swatch(state) {
    const square = document.createElementNS(SVG, "rect");
    square.setAttribute("width", "100%");
    square.setAttribute("height", "100%");
    square.setAttribute("fill", `url(#fill-${state.replaceAll(" ", "-")})`);
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("class", "swatch");
    picture.setAttribute("aria-hidden", "true");
    picture.append(square);
    return picture;
  }

  // Numbers are digits in the data, by which they are sorted and saved; a size is in bytes.
  function readable(kind, text) {
    if (kind === "number") return Number(text).toLocaleString("en");
    if (kind !== "size") return text;
    let amount = Number(text);
    let unit = 0;
    for (; amount >= 1000 && unit < UNITS.length - 1; unit += 1) amount /= 1000;
    return `${amount.toFixed(unit ? 1 : 0)} ${UNITS[unit]}`;
  }

  function svg(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // Cells of the same sign in a row: state, and where they begin and end, in hours.
  function runsOf({ edges, signs }, strip) {
    const runs = [];
    [...strip].forEach((sign, cell) => {
      const last = runs.at(-1);
      if (last?.sign === sign) last.to = edges[cell + 1];
      else runs.push({ sign, state: signs[sign], from: edges[cell], to: edges[cell + 1] });
    });
    return runs;
  }

  // Where a strip's piece begins and how high it is, by state, whatever the colours.
  const HEIGHTS = { gap: ["0", "100%"], recorded: ["20%", "60%"], quiet: ["30%", "40%"], unknown: ["41%", "18%"] };

  function periodsOf(axis, id) {
    return `#${axis.periods}?${new URLSearchParams({ [axis.by]: id })}`;
  }

  // A strip, which leads to the row's periods.
  function stripOf(axis, strip, name, id) {
    const start = Date.parse(axis.start);
    const at = (hours) => new Date(start + hours * HOUR).toISOString().slice(0, 16).replace("T", " ");
    const time = (run) => `${run.state} within ${at(run.from)} to ${at(run.to)}`;
    const hours = axis.edges.at(-1);
    const runs = runsOf(axis, strip);
    const parts = runs.map((run) => {
      const [y, height] = HEIGHTS[run.state];
      const x = `${(100 * run.from) / hours}%`;
      const width = `${(100 * (run.to - run.from)) / hours}%`;
      const fill = `url(#fill-${run.state})`;
      const title = svg("title", {}, time(run));
      return svg("rect", { x, y, width, height, fill, class: run.state }, title);
    });
    const bad = runs.filter((run) => run.state === "gap" || run.state === "unknown");
    const more = bad.length > NAMED ? [`${bad.length - NAMED} more`] : [];
    const told = bad.length ? [...bad.slice(0, NAMED).map(time), ...more] : ["no gap, nothing unknown"];
    const label = `${name}: ${told.join("; ")}. Show its periods`;
    const link = made("a", "strip");
    link.href = periodsOf(axis, id);
    const lines = axis.ticks.map((tick) => {
      const x = `${(100 * tick) / hours}%`;
      return svg("line", { x1: x, x2: x, y1: "0", y2: "100%", class: "tick" });
    });
    link.append(svg("svg", { role: "img", "aria-label": label }, ...lines, ...parts));
    return link;
  }

  function cellOf(column, cell, row, columns) {
    const node = made(column.kind === "name" ? "th" : "td");
    if (column.kind === "name") node.scope = "row";
    node.dataset.label = column.label;
    if (column.axis) {
      const id = columns.findIndex(({ key }) => key === column.axis.by);
      const [name, strip, by] = [row[0], cell, row[id]].map(([position]) => texts[position]);
      node.append(stripOf(column.axis, strip, name, by));
      return node;
    }
    const axis = column.kind === "name" && columns.find((each) => each.axis)?.axis;
    cell.forEach((position, line) => {
      const small = line % 2 === 1 && column.kind !== "text";
      const shown = made("div", small ? "small" : column.kind, readable(column.kind, texts[position]));
      if (line === 0 && axis) {
        const link = made("a", "", shown.textContent);
        link.href = periodsOf(axis, texts[row[columns.findIndex(({ key }) => key === axis.by)][0]]);
        shown.replaceChildren(link);
      }
      if (line === 0 && column.kind === "state") shown.prepend(swatch(texts[position]));
      node.append(shown);
    });
    return node;
  }

  function csvField(cell) {
    const text = cell.map((position) => texts[position]).join("; ");
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; // a spreadsheet runs these
    return `"${harmless.replaceAll('"', '""')}"`;
  }

  class Listing {
    constructor(key, { columns, rows }) {
      this.section = document.getElementById(key);
      this.form = this.section.querySelector("form");
      this.body = this.section.querySelector("tbody");
      this.heads = [...this.section.querySelectorAll("thead button")];
      this.key = key;
      this.columns = columns;
      this.rows = rows;
      this.sorted = { position: 0, direction: 1 };
      this.listen();
      this.choose();
    }

    listen() {
      this.form.addEventListener("input", () => this.choose(true));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.section.querySelector(".all").addEventListener("click", () => {
        this.fill(new URLSearchParams());
        this.choose(true);
      });
      this.section.querySelector(".save").addEventListener("click", () => this.save());
      this.section.querySelector(".previous").addEventListener("click", () => this.turn(-1));
      this.section.querySelector(".next").addEventListener("click", () => this.turn(1));
      for (const head of this.heads) head.addEventListener("click", () => this.sort(head));
    }

    // What a row is searched in, one text a row; made when somebody searches first.
    get haystacks() {
      this.searched ??= this.rows.map((row) =>
        row.flat().map((position) => folded[position]).join("\n"));
      return this.searched;
    }

    // Chooses the rows that search and filters leave, and shows their first page.
    choose(byHand) {
      const values = new FormData(this.form);
      const terms = values.get("q").toLowerCase().split(/\s+/).filter(Boolean);
      const filters = this.columns
        .map((column, position) => ({ position, value: values.get(column.key) }))
        .filter(({ value }) => value)
        .map(({ position, value }) => ({ position, wanted: positions.get(value) }));
      this.chosen = [...this.rows.keys()].filter((number) =>
        terms.every((term) => this.haystacks[number].includes(term)) &&
        filters.every(({ position, wanted }) => this.rows[number][position].includes(wanted)));
      this.order();
      if (byHand) this.remember(values);
    }

    order() {
      const { position, direction } = this.sorted;
      const first = (number) => texts[this.rows[number][position][0]] ?? "";
      const sorted = [...new Set(this.chosen.map(first))].sort(collator.compare);
      const ranks = new Map();
      sorted.forEach((text, place) => {
        const alike = place && collator.compare(sorted[place - 1], text) === 0;
        ranks.set(text, alike ? ranks.get(sorted[place - 1]) : place);
      });
      const keys = new Map(this.chosen.map((number) => [number, ranks.get(first(number))]));
      this.chosen.sort((one, other) => direction * (keys.get(one) - keys.get(other)));
      for (const head of this.heads) {
        const active = this.columns[position].key === head.dataset.key;
        const order = direction > 0 ? "ascending" : "descending";
        head.parentElement.setAttribute("aria-sort", active ? order : "none");
      }
      this.page = 0;
      this.draw();
    }

    sort(head) {
      const position = this.columns.findIndex((column) => column.key === head.dataset.key);
      const again = position === this.sorted.position;
      this.sorted = { position, direction: again ? -this.sorted.direction : 1 };
      this.order();
    }

    turn(step) {
      this.page += step;
      this.draw();
      this.section.scrollIntoView();
    }

    draw() {
      this.show(this.page * ROWS, Math.min((this.page + 1) * ROWS, this.chosen.length));
      const pages = Math.max(1, Math.ceil(this.chosen.length / ROWS));
      const pager = this.section.querySelector(".pager");
      pager.hidden = pages === 1;
      pager.querySelector(".page").textContent = `Page ${this.page + 1} of ${pages}`;
      pager.querySelector(".previous").disabled = this.page === 0;
      pager.querySelector(".next").disabled = this.page === pages - 1;
    }

    show(from, to) {
      const shown = this.chosen.slice(from, to).map((number) => {
        const row = made("tr");
        this.columns.forEach((column, position) => {
          if (column.kind === "hidden") return;
          const cells = this.rows[number];
          row.append(cellOf(column, cells[position], cells, this.columns));
        });
        return row;
      });
      this.body.replaceChildren(...shown);
      const status = this.section.querySelector(".status");
      const [first, last, all, whole] =
        [from + 1, to, this.chosen.length, this.rows.length].map((n) => n.toLocaleString("en"));
      const more = all === whole ? "" : `, ${whole} in all`;
      status.textContent = to
        ? `${first} to ${last} of ${all} ${status.dataset.noun}${more}`
        : `No ${status.dataset.noun} fit the search and the filters`;
    }

    remember(values) {
      const set = [...values].filter(([, value]) => value);
      history.replaceState(null, "", `#${this.key}?${new URLSearchParams(set)}`);
    }

    fill(parameters) {
      for (const field of this.form.elements) {
        if (!field.name) continue;
        const value = parameters.get(field.name) ?? "";
        field.value = value;
        // A filter that links set offers no values where there are too many.
        if (field.value !== value && positions.has(value)) {
          field.add(new Option(value, value));
          field.value = value;
        }
      }
    }

    recall(parameters) {
      this.fill(parameters);
      this.choose();
      const heading = this.section.querySelector("h2");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      this.section.scrollIntoView();
    }

    save() {
      const head = this.columns.map((column) => `"${column.label}"`);
      const rows = this.chosen.map((number) => this.rows[number].map(csvField));
      const lines = [head, ...rows].map((fields) => fields.join(","));
      const file = new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv" });
      const link = made("a");
      link.href = URL.createObjectURL(file);
      link.download = `${this.key}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }
  }

  document.documentElement.classList.add("live");
  const listings = Object.entries(tables).map(([key, table]) => new Listing(key, table));

  function follow() {
    const [key, parameters] = location.hash.slice(1).split("?");
    const found = listings.find((listing) => listing.key === key);
    if (found && parameters !== undefined) found.recall(new URLSearchParams(parameters));
  }

  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const listing of listings) listing.show(0, Math.min(PRINTED, listing.chosen.length));
  });
  addEventListener("afterprint", () => listings.forEach((listing) => listing.draw()));
  follow();
})();
