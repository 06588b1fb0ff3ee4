//! Operators: one `$` key, whose value is the input; the other keys are its arguments.

use super::super::expr::{Each, EachBody, Expr, Table, TimeForm, Use};
use super::super::name::Name;
use super::fields::element;
use super::maps::MODIFIERS;
use super::{Compiler, Env, Kind, Side, literal, nearest};
use crate::value::{Class, FieldKind};
use crate::yaml::{Map, Node, Scalar, Value};
use regex::Regex;

/// Every operator and its arguments.
const OPERATORS: &[(&str, &[&str])] = &[
    ("$first", &[]),
    ("$table", &["rows", "else"]),
    ("$if", &["then", "else"]),
    ("$each", &["use", "with", "as", "do", "reversed"]),
    ("$where", &["as", "is"]),
    ("$minus", &["by"]),
    ("$use", &["of", "with"]),
    ("$match", &["re", "else"]),
    ("$join", &["with"]),
    ("$split", &["by"]),
    ("$time", &[]),
    ("$epoch", &[]),
    ("$utc", &["as"]),
    ("$sha", &[]),
    ("$int_id", &[]),
    ("$uuid", &[]),
    ("$concat", &[]),
    ("$add", &[]),
    ("$count", &[]),
    ("$int", &["base"]),
    ("$span", &[]),
    ("$entries", &[]),
    ("$default", &[]),
];

impl Compiler<'_> {
    /// Compiles an operator map.
    pub(super) fn operator(&mut self, map: &Map, node: &Node, env: &Env, want: Kind) -> Expr {
        let operators: Vec<&str> =
            map.keys().filter(|key| key.starts_with('$') && !MODIFIERS.contains(key)).collect();
        let [operator] = operators[..] else {
            let message = format!("one operator a map: here are {}", operators.join(" and "));
            self.fault(&node.mark, message);
            return Expr::Nothing;
        };
        let Some((_, arguments)) = OPERATORS.iter().find(|(known, _)| *known == operator) else {
            let hint = nearest(operator, OPERATORS.iter().map(|(known, _)| *known));
            self.fault(&node.mark, format!("`{operator}` is no operator{hint}"));
            return Expr::Nothing;
        };
        for (key, node) in &map.pairs {
            if key != operator && !arguments.contains(&key.as_str()) {
                let takes = match arguments.is_empty() {
                    true => "it takes none".to_owned(),
                    false => format!("it takes {}", arguments.join(", ")),
                };
                self.fault(&node.mark, format!("`{operator}` has no argument `{key}`: {takes}"));
            }
        }
        let Some(input) = map.get(operator) else { return Expr::Nothing };
        match operator {
            "$first" => Expr::First(self.several(input, env, want)),
            "$entries" => Expr::Entries(Box::new(self.expr(input, env, None))),
            "$add" => Expr::Add(self.several(input, &env.lenient(env.literal), None)),
            "$count" => Expr::Count(Box::new(self.expr(input, env, None))),
            "$int" => Expr::Int(Box::new((self.expr(input, env, None), self.base(map)))),
            "$span" => {
                let ends = self.several(input, &env.lenient(env.literal), None);
                let Ok(ends) = <[Expr; 2]>::try_from(ends) else {
                    self.fault(&node.mark, "`$span` takes two times: [ from, to ]");
                    return Expr::Nothing;
                };
                Expr::Span(Box::new(ends))
            }
            "$concat" => Expr::Concat(self.several(input, &env.lenient(env.literal), None)),
            "$table" => self.table(map, input, env, want),
            "$if" => {
                let predicate = self.predicate(input, env);
                let branch = self.branch_class(env, Class::Derived);
                let then = self.argument(map, "then", &branch, want);
                let otherwise = self.argument(map, "else", &branch, want);
                Expr::If(Box::new((predicate, then, otherwise)))
            }
            "$each" => self.each(map, input, env, want),
            "$where" => {
                let list = self.expr(input, env, None);
                let Some(name) = self.word(map, "as", node) else { return Expr::Nothing };
                let inner = env.with(&name, element(self.kind_of(&list, env)));
                match map.get("is") {
                    Some(predicate) => {
                        let predicate = self.predicate(predicate, &inner);
                        Expr::Where(Box::new((list, name.into(), predicate)))
                    }
                    None => {
                        self.fault(&node.mark, "`$where` needs `is:`, a predicate");
                        Expr::Nothing
                    }
                }
            }
            "$minus" => {
                let mut lists = self.several(input, env, None).into_iter();
                let by = map.get("by").and_then(Node::as_text).map(Into::into);
                match (lists.next(), lists.next(), lists.next()) {
                    (Some(from), Some(taken), None) => Expr::Minus(Box::new((from, taken, by))),
                    _ => {
                        self.fault(&input.mark, "`$minus` takes a list of two lists");
                        Expr::Nothing
                    }
                }
            }
            "$use" => self.fragment_use(map, input, env, want),
            "$match" => self.matching(map, input, env, want),
            "$join" => {
                let with = map.get("with").and_then(Node::as_text).unwrap_or("").into();
                Expr::Join(Box::new((self.expr(input, env, None), with)))
            }
            "$split" => {
                let Some(by) = map.get("by").and_then(Node::as_text).filter(|by| !by.is_empty())
                else {
                    self.fault(&node.mark, "`$split` needs `by:`, the text between the parts");
                    return Expr::Nothing;
                };
                Expr::Split(Box::new((self.expr(input, env, None), by.into())))
            }
            "$time" => Expr::Time(Box::new((self.expr(input, env, None), TimeForm::Time))),
            "$epoch" => Expr::Time(Box::new((self.expr(input, env, None), TimeForm::Epoch))),
            "$utc" => {
                let form = match map.get("as").and_then(Node::as_text) {
                    Some(form) => TimeForm::Format(form.into()),
                    None => TimeForm::Utc,
                };
                Expr::Time(Box::new((self.expr(input, env, None), form)))
            }
            "$sha" => Expr::Sha(Box::new(self.expr(input, env, None))),
            "$int_id" => Expr::IntId(Box::new(self.expr(input, env, None))),
            "$uuid" => Expr::Uuid(Box::new(self.expr(input, env, None))),
            _ => {
                self.check_plain(input);
                Expr::Literal(literal(input), Class::Defaulted)
            }
        }
    }

    /// The base that `$int` reads in.
    fn base(&mut self, map: &Map) -> u32 {
        let Some(node) = map.get("base") else { return 10 };
        let base = match &node.value {
            Value::Scalar(Scalar::Int(base)) => u32::try_from(*base).ok(),
            _ => None,
        };
        base.filter(|base| (2..=36).contains(base)).unwrap_or_else(|| {
            self.fault(&node.mark, "expected a base from 2 to 36");
            10
        })
    }

    /// `$default` holds literals: whatever is computed would be taken for text.
    fn check_plain(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar(Scalar::Text(text)) => {
                if (text.starts_with('$') && !text.starts_with("$$")) || text.contains("{{") {
                    let message =
                        format!("`$default` holds literals only, and `{text}` is computed");
                    self.fault(&node.mark, message);
                }
            }
            Value::Scalar(_) => {}
            Value::List(items) => items.iter().for_each(|item| self.check_plain(item)),
            Value::Map(map) => {
                for (key, node) in &map.pairs {
                    if key.starts_with('$') {
                        let message =
                            format!("`$default` holds literals only, and `{key}` is computed");
                        self.fault(&node.mark, message);
                    }
                    self.check_plain(node);
                }
            }
        }
    }

    fn several(&mut self, input: &Node, env: &Env, want: Kind) -> Vec<Expr> {
        match input.as_list() {
            Some(items) => items.iter().map(|item| self.expr(item, env, want)).collect(),
            None => {
                self.fault(&input.mark, format!("a list was expected, not {}", input.kind()));
                Vec::new()
            }
        }
    }

    fn argument(&mut self, map: &Map, name: &str, env: &Env, want: Kind) -> Expr {
        map.get(name).map_or(Expr::Nothing, |node| self.expr(node, env, want))
    }

    fn word(&mut self, map: &Map, name: &str, node: &Node) -> Option<String> {
        let word = map.get(name).and_then(Node::as_text).map(str::to_owned);
        if word.is_none() {
            self.fault(&node.mark, format!("`{name}:` must be given: a name"));
        }
        word
    }

    fn table(&mut self, map: &Map, input: &Node, env: &Env, want: Kind) -> Expr {
        let made = self.expr(input, env, None);
        let Some(rows) = map.get("rows").and_then(Node::as_map) else {
            self.fault(&input.mark, "`$table` needs `rows:`, a map from text to value");
            return Expr::Nothing;
        };
        if let Some(FieldKind::Word(words)) = self.kind_of(&made, env) {
            for (row, node) in &rows.pairs {
                if !words.contains(&row.as_str()) {
                    let hint = nearest(row, words.iter().copied());
                    self.fault(&node.mark, format!("the row `{row}` can never be{hint}"));
                }
            }
        }
        let branch = env.lenient(Class::Mapped);
        let pairs = rows.pairs.iter();
        let rows = pairs
            .map(|(row, node)| (row.as_str().into(), self.expr(node, &branch, want)))
            .collect();
        let otherwise = self.argument(map, "else", &self.branch_class(env, Class::Derived), want);
        Expr::Table(Box::new(Table { input: made, rows, otherwise }))
    }

    fn each(&mut self, map: &Map, input: &Node, env: &Env, want: Kind) -> Expr {
        let list = self.expr(input, env, None);
        let of = element(self.kind_of(&list, env));
        let reversed = match map.get("reversed").map(literal) {
            None => false,
            Some(super::Literal::Bool(reversed)) => reversed,
            Some(_) => {
                self.fault(&input.mark, "`reversed` is true or false");
                false
            }
        };
        let body = match (map.get("use"), map.get("do")) {
            (Some(fragment), None) => {
                let Some(place) = self.fragment_place(fragment, of, element(want)) else {
                    return Expr::Nothing;
                };
                EachBody::Use(place, self.with(map, fragment, env))
            }
            (None, Some(body)) => {
                let Some(name) = self.word(map, "as", input) else { return Expr::Nothing };
                let body = self.expr(body, &env.with(&name, of), element(want));
                EachBody::Do(name.into(), body)
            }
            _ => {
                self.fault(&input.mark, "`$each` needs either `use:` or `as:` and `do:`");
                return Expr::Nothing;
            }
        };
        Expr::Each(Box::new(Each { list, reversed, body }))
    }

    fn fragment_use(&mut self, map: &Map, input: &Node, env: &Env, want: Kind) -> Expr {
        let of = match map.get("of") {
            Some(of) => self.expr(of, env, None),
            None => {
                self.fault(&input.mark, "`$use` needs `of:`, the fragment's argument");
                return Expr::Nothing;
            }
        };
        let Some(fragment) = self.fragment_place(input, self.kind_of(&of, env), want) else {
            return Expr::Nothing;
        };
        let with = self.with(map, input, env);
        Expr::Use(Box::new(Use { fragment, of, with }))
    }

    fn with(&mut self, map: &Map, fragment: &Node, env: &Env) -> Vec<(Name, Expr)> {
        let name = fragment.as_text().unwrap_or_default();
        let wants = self.signatures.get(name).map(|s| s.wants.clone()).unwrap_or_default();
        let given = map.get("with").and_then(Node::as_map).cloned().unwrap_or_default();
        for wanted in wants.iter().filter(|wanted| given.get(wanted).is_none()) {
            let message = format!("the fragment `{name}` asks for `${wanted}`: give it in `with:`");
            self.fault(&fragment.mark, message);
        }
        let lenient = env.lenient(env.literal);
        let pairs = given.pairs.iter();
        pairs.map(|(key, node)| (key.as_str().into(), self.expr(node, &lenient, None))).collect()
    }

    fn fragment_place(&mut self, name: &Node, given: Kind, want: Kind) -> Option<usize> {
        let word = name.as_text().unwrap_or_default();
        let Some(signature) = self.signatures.get(word).cloned() else {
            let hint = nearest(word, self.signatures.keys().map(String::as_str));
            self.fault(&name.mark, format!("there is no fragment `{word}` in shared.yaml{hint}"));
            return None;
        };
        let (role, other) = match self.side {
            Side::Receive => ("makes", want),
            Side::Emit => ("takes", given),
        };
        if let (Some(record), Some(FieldKind::Record(other))) = (signature.record, other)
            && record.name != other.name
        {
            let message =
                format!("the fragment `{word}` {role} a `{}`, not a `{}`", record.name, other.name);
            self.fault(&name.mark, message);
        }
        Some(signature.place)
    }

    fn matching(&mut self, map: &Map, input: &Node, env: &Env, want: Kind) -> Expr {
        let made = self.expr(input, env, None);
        let Some(node) = map.get("re") else {
            self.fault(&input.mark, "`$match` needs `re:`, a regular expression");
            return Expr::Nothing;
        };
        let regex = match Regex::new(node.as_text().unwrap_or_default()) {
            Ok(regex) => regex,
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default();
                self.fault(&node.mark, format!("no regular expression: {last}"));
                return Expr::Nothing;
            }
        };
        let groups = regex.captures_len() - 1;
        let named = regex.capture_names().flatten().count();
        if !(groups == 1 && named == 0) && (named == 0 || named != groups) {
            let message = "`re` needs exactly one group, or only named ones: `(?P<name>...)`; a group \
                           that is only for grouping is written `(?:...)`";
            self.fault(&node.mark, message);
        }
        let otherwise = self.argument(map, "else", &self.branch_class(env, Class::Derived), want);
        Expr::Match(Box::new((made, regex, otherwise)))
    }
}
