"use strict";
// Shows the tables page by page from the data in this file. A cell is a list of positions in the
// list of texts. Text only ever becomes text nodes, attributes of our own and lines of CSV.
(() => {
  const ROWS = 50; // rows of a page
  const PRINTED = 250; // rows of a table on paper
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

  function cellOf(column, cell) {
    const node = made(column.kind === "name" ? "th" : "td");
    if (column.kind === "name") node.scope = "row";
    node.dataset.label = column.label;
    cell.forEach((position, line) => {
      const small = line % 2 === 1 && column.kind !== "text";
      const shown = made("div", small ? "small" : column.kind, readable(column.kind, texts[position]));
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
      this.haystacks = rows.map((row) => row.flat().map((position) => folded[position]).join("\n"));
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
      this.chosen.sort((one, other) => direction * collator.compare(first(one), first(other)));
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
          if (column.kind !== "hidden") row.append(cellOf(column, this.rows[number][position]));
        });
        return row;
      });
      this.body.replaceChildren(...shown);
      const status = this.section.querySelector(".status");
      const [first, last, all] = [from + 1, to, this.chosen.length].map((n) => n.toLocaleString("en"));
      status.textContent = to
        ? `${first} to ${last} of ${all} ${status.dataset.noun}`
        : `No ${status.dataset.noun} fit the search and the filters`;
    }

    remember(values) {
      const set = [...values].filter(([, value]) => value);
      history.replaceState(null, "", `#${this.key}?${new URLSearchParams(set)}`);
    }

    fill(parameters) {
      for (const field of this.form.elements) {
        if (field.name) field.value = parameters.get(field.name) ?? "";
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
