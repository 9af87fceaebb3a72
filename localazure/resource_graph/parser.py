"""Reads a query: table, then operators after pipes.

query      [resources | resourcecontainers] { "|" operator }; the table may be left out, as recorded
operator   where predicate
           project column {"," column}     extend column {"," column}
           order by key {"," key}          sort by …          key: value [asc | desc]
           take number                     limit number       count
           summarize [name =] count() [by column {"," column}]
column     value | name = value
predicate  values compared by == != =~ !~ in in~ !in !in~ contains startswith endswith, functions,
           and, or, parentheses
value      column, path (a.b, a['b'], a[0]), text, number, true, false, function(value)
"""

from __future__ import annotations

from localazure.resource_graph import expressions, stages
from localazure.resource_graph.expressions import Expression
from localazure.resource_graph.lexer import QueryError, Token, tokens
from localazure.resource_graph.rows import COLUMNS, TABLES
from localazure.resource_graph.stages import Columns, Named, Query, Stage

_CONSTANTS = {"true": True, "false": False}


def parse(query: str) -> Query:
    """Reads a query; raises QueryError where it is none, or one that is not known here."""
    return _Parser(query).query()


class _Parser:
    def __init__(self, query: str) -> None:
        self._tokens = list(tokens(query))
        self._position = 0
        self._columns: Columns = dict(COLUMNS)
        self._limited = False
        self._unknown: QueryError | None = None

    def query(self) -> Query:
        table = "resources"
        stages: list[Stage] = []
        if self._peek.text.casefold() in TABLES:
            table = self._next().text.casefold()
        else:
            stages.append(self._operator())
        while self._peek.kind != "end":
            self._expect("|")
            stages.append(self._operator())
        if self._unknown is not None:
            raise self._unknown
        return Query(table, tuple(stages), self._columns, self._limited)

    def _operator(self) -> Stage:
        operators = {
            "where": self._where,
            "project": self._project,
            "extend": self._extend,
            "order": self._order,
            "sort": self._order,
            "take": self._take,
            "limit": self._take,
            "count": self._count,
            "summarize": self._summarize,
        }
        token = self._next()
        if token.text not in operators:
            raise QueryError(token, "an operator: " + ", ".join(operators))
        return operators[token.text]()

    def _where(self) -> Stage:
        return stages.where(self._predicate())

    def _project(self) -> Stage:
        named = self._named()
        self._columns = {name: each.dynamic for name, each in named}
        return stages.project(named)

    def _extend(self) -> Stage:
        named = self._named()
        self._columns |= {name: each.dynamic for name, each in named}
        return stages.extend(named)

    def _order(self) -> Stage:
        self._expect("by")
        keys = [self._key()]
        while self._accept(","):
            keys.append(self._key())
        return stages.order(keys)

    def _key(self) -> tuple[Expression, bool]:
        value = self._value()
        if self._accept("asc"):
            return value, False
        self._accept("desc")
        return value, True

    def _take(self) -> Stage:
        token = self._next()
        if token.kind != "number" or "." in token.text:
            raise QueryError(token, "a whole number")
        self._limited = True
        return stages.take(int(token.text))

    def _count(self) -> Stage:
        self._columns = {"Count": False}
        return stages.count

    def _summarize(self) -> Stage:
        name, token = "count_", self._next()
        if self._peek.text == "=":
            self._next()
            name, token = token.text, self._next()
        if token.text != "count":
            raise QueryError(token, "count()")
        self._expect("(")
        self._expect(")")
        named = self._named() if self._accept("by") else []
        self._columns = {column: each.dynamic for column, each in named} | {name: False}
        return stages.count_by(name, named)

    def _named(self) -> Named:
        named = [self._column()]
        while self._accept(","):
            named.append(self._column())
        return named

    def _column(self) -> tuple[str, Expression]:
        first, second = self._peek, self._tokens[self._position + 1]
        if first.kind == "word" and second.text == "=" and second.kind == "sign":
            self._next()
            self._next()
            return first.text, self._value()
        value = self._value()
        if not value.name:
            raise QueryError(first, "a column, or name = value")
        return value.name, value

    def _predicate(self) -> Expression:
        left = self._conjunction()
        while self._accept("or"):
            left = expressions.either(left, self._conjunction())
        return left

    def _conjunction(self) -> Expression:
        left = self._comparison()
        while self._accept("and"):
            left = expressions.both(left, self._comparison())
        return left

    def _comparison(self) -> Expression:
        if self._accept("("):
            inner = self._predicate()
            self._expect(")")
            return inner
        left = self._value()
        token = self._peek
        if token.text in expressions.COMPARISONS:
            self._next()
            return expressions.compare(token.text, left, self._value())
        if token.text in expressions.MEMBERSHIPS:
            self._next()
            return expressions.among(token.text, left, self._choices())
        if left.predicate:
            return left
        raise QueryError(token, "a comparison")

    def _choices(self) -> list[Expression]:
        self._expect("(")
        choices = [self._value()]
        while self._accept(","):
            choices.append(self._value())
        self._expect(")")
        return choices

    def _value(self) -> Expression:
        token = self._next()
        if token.kind == "text":
            return expressions.literal(token.text)
        if token.kind == "number":
            number = float(token.text) if "." in token.text else int(token.text)
            return expressions.literal(number)
        if token.kind != "word":
            raise QueryError(token, "a value")
        if token.text in _CONSTANTS:
            return expressions.literal(_CONSTANTS[token.text])
        if token.text in expressions.FUNCTIONS and self._peek.text == "(":
            return self._function(token.text)
        return self._path(token)

    def _function(self, name: str) -> Expression:
        self._expect("(")
        argument = self._predicate() if name == "not" else self._value()
        self._expect(")")
        return expressions.call(name, argument)

    def _path(self, token: Token) -> Expression:
        if token.text not in self._columns:
            # Grammar comes before names: recorded, test_resources_malformed_query.
            expected = "a column: " + ", ".join(self._columns)
            self._unknown = self._unknown or QueryError(token, expected)
        value = expressions.column(token.text, self._columns.get(token.text, True))
        while self._peek.kind == "sign" and self._peek.text in (".", "["):
            value = self._step(value)
        return value

    def _step(self, of: Expression) -> Expression:
        if self._accept("."):
            token = self._next()
            if token.kind != "word":
                raise QueryError(token, "the name of a member")
            return expressions.member(of, token.text)
        self._expect("[")
        token = self._next()
        if token.kind not in ("text", "number"):
            raise QueryError(token, "a member in quotes or a position")
        self._expect("]")
        if token.kind == "text":
            return expressions.member(of, token.text)
        return expressions.element(of, int(token.text))

    @property
    def _peek(self) -> Token:
        return self._tokens[self._position]

    def _next(self) -> Token:
        token = self._peek
        if token.kind != "end":
            self._position += 1
        return token

    def _accept(self, text: str) -> bool:
        if self._peek.kind in ("word", "sign") and self._peek.text == text:
            self._next()
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise QueryError(self._peek, text)
