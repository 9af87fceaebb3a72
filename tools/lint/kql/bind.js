// Binds KQL texts with Microsoft's language service: a JSON job on stdin, diagnostics as JSON on stdout.
// Job: [{tables: {name: "column: type, ..."}, functions: [{name, body, parameters}], queries: {name: text}}].
// Answer, one object per workspace of the job: {name of a function or query: [{code, message, text}]}.
require("@kusto/language-service-next/bridge.js");
require("@kusto/language-service-next/Kusto.Language.Bridge.js");

const { GlobalState, KustoCode, Symbols } = Kusto.Language;

function globals(workspace) {
  const tables = Object.entries(workspace.tables).map(
    ([name, columns]) => new Symbols.TableSymbol.$ctor7(name, `(${columns})`, null));
  const functions = workspace.functions.map(
    ({ name, body, parameters }) => new Symbols.FunctionSymbol.$ctor16(name, `(${parameters})`, `{ ${body}\n}`, null));
  const database = new Symbols.DatabaseSymbol.ctor("workspace", tables.concat(functions));
  return GlobalState.Default.WithDatabase(database).WithCache();
}

function errors(text, state) {
  const diagnostics = KustoCode.ParseAndAnalyze(text, state).GetDiagnostics();
  const found = [];
  for (let at = 0; at < diagnostics.Count; at += 1) {
    const { Severity, Code, Message, Start, Length } = diagnostics.getItem(at);
    if (Severity === "Error") {
      found.push({ code: Code, message: Message, text: text.substr(Start, Length) });
    }
  }
  return found;
}

function bind(workspace) {
  const state = globals(workspace);
  const texts = workspace.functions.map(({ name, body, parameters }) => [
    name, parameters ? `let checked = (${parameters}) { ${body}\n};\nchecked()` : body]);
  return Object.fromEntries(
    texts.concat(Object.entries(workspace.queries)).map(([name, text]) => [name, errors(text, state)]));
}

const job = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(job.map(bind)));
