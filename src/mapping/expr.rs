//! What a mapping is once it is compiled: expressions that make values out of a document.

use super::name::Name;
use super::path::Path;
use crate::value::Class;
use regex::Regex;

/// Makes a value, or nothing.
#[derive(Debug)]
pub(super) enum Expr {
    /// A literal, with the class it counts as where it stands.
    Literal(Literal, Class),
    /// What stands at a path.
    Path(Path),
    /// Text with paths in it.
    Template(Template),
    /// A map whose values are made.
    Map(Box<MapExpr>),
    /// A list whose elements are made.
    List(Vec<Expr>),
    /// The first of several that is there and not empty.
    First(Vec<Expr>),
    /// A row by the text of the input.
    Table(Box<Table>),
    /// One of two, by a predicate.
    If(Box<(Predicate, Expr, Expr)>),
    /// Something for each element of a list.
    Each(Box<Each>),
    /// The elements for which a predicate holds.
    Where(Box<(Expr, Name, Predicate)>),
    /// What the first list has and the second has not, by a key or by whole scalars.
    Minus(Box<(Expr, Expr, Option<Box<str>>)>),
    /// A fragment.
    Use(Box<Use>),
    /// A part of a text.
    Match(Box<(Expr, Regex, Expr)>),
    /// The scalars of a list as one text.
    Join(Box<(Expr, Box<str>)>),
    /// The parts of a text as a list.
    Split(Box<(Expr, Box<str>)>),
    /// A time in another form.
    Time(Box<(Expr, TimeForm)>),
    /// A hash, unless it is all zeros.
    Sha(Box<Expr>),
    /// A small stable number.
    IntId(Box<Expr>),
    /// A stable UUID.
    Uuid(Box<Expr>),
    /// The keys and values of a map as a list.
    Entries(Box<Expr>),
    /// Whole numbers, added up.
    Add(Vec<Expr>),
    /// How many elements a list has.
    Count(Box<Expr>),
    /// The whole number that a text writes, in a base.
    Int(Box<(Expr, u32)>),
    /// The whole seconds from one time to another.
    Span(Box<[Expr; 2]>),
    /// Lists and single values, one after the other.
    Concat(Vec<Expr>),
    /// Nothing.
    Nothing,
}

/// How `$time`, `$epoch` and `$utc` write a time.
#[derive(Debug)]
pub(super) enum TimeForm {
    /// As a time, which is RFC 3339 when written.
    Time,
    /// Whole seconds since 1970.
    Epoch,
    /// Text in UTC, to the second.
    Utc,
    /// Text in UTC in a form of `strftime`.
    Format(Box<str>),
}

/// A value that stands in the mapping itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    /// Null, which is written as such.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    Text(Box<str>),
    /// A list.
    List(Vec<Literal>),
    /// A map.
    Map(Vec<(Box<str>, Literal)>),
}

/// Text with paths in it.
#[derive(Debug)]
pub(super) struct Template {
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// How it is written, for `explain`.
    pub text: Box<str>,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Part {
    /// Text as it is.
    Text(Box<str>),
    /// The text of what stands at a path.
    Slot(Path, Encode),
}

/// How a slot's text is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Encode {
    /// As it is.
    Plain,
    /// Percent-encoded for a path: all but unreserved characters and `/`.
    Path,
    /// Percent-encoded for a query: all but unreserved characters.
    Query,
    /// In lower case.
    Lower,
    /// With what HTML reads as markup escaped.
    Html,
}

/// A map whose values are made.
#[derive(Debug, std::default::Default)]
pub(super) struct MapExpr {
    /// Without it holding, there is no map.
    pub when: Option<Predicate>,
    /// Names for this map and below.
    pub lets: Vec<(Name, Expr)>,
    /// Where the map starts from.
    pub base: Option<Expr>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// What is filled in when it is missing.
    pub defaults: Vec<Default>,
    /// Whether it has nothing computed in it, so that it is there whatever the document.
    pub constant: bool,
}

/// What a key is when nothing else gives it a value.
#[derive(Debug)]
pub(super) struct Default {
    /// The key.
    pub name: Box<str>,
    /// The value.
    pub value: Literal,
    /// How to see that nothing else gave it one.
    pub missing: Missing,
}

/// How to see that a key has no value yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nothing else makes this key.
    Always,
    /// The key at this place made nothing: one of 128 bits.
    Unless(u8),
    /// By looking: the value is filled up, or comes from a base.
    Look,
}

/// A key of a map and what makes its value.
#[derive(Debug)]
pub(super) struct Key {
    /// The key.
    pub name: Box<str>,
    /// Its place in the record that the map becomes.
    pub slot: u16,
    /// Its value.
    pub value: Expr,
    /// Whether the value is computed: a literal does not make a map be there.
    pub computed: bool,
}

/// `$table`.
#[derive(Debug)]
pub(super) struct Table {
    /// Whose text names the row.
    pub input: Expr,
    /// The rows.
    pub rows: Vec<(Box<str>, Expr)>,
    /// Without a row.
    pub otherwise: Expr,
}

/// `$each`.
#[derive(Debug)]
pub(super) struct Each {
    /// The list.
    pub list: Expr,
    /// Whether it is walked from its end.
    pub reversed: bool,
    /// What is made of an element.
    pub body: EachBody,
}

/// What `$each` makes of an element.
#[derive(Debug)]
pub(super) enum EachBody {
    /// A fragment, by its place, with named values.
    Use(usize, Vec<(Name, Expr)>),
    /// An expression that sees the element under a name.
    Do(Name, Expr),
}

/// `$use`.
#[derive(Debug)]
pub(super) struct Use {
    /// The fragment's place in the program.
    pub fragment: usize,
    /// Its argument.
    pub of: Expr,
    /// Its named values.
    pub with: Vec<(Name, Expr)>,
}

/// Something that holds or not.
#[derive(Debug)]
pub(super) enum Predicate {
    /// All of them.
    All(Vec<Predicate>),
    /// One of them.
    Any(Vec<Predicate>),
    /// It does not.
    Not(Box<Predicate>),
    /// What stands at a path passes a test.
    Test(Path, Test),
}

/// What a predicate asks of a value.
#[derive(Debug)]
pub(super) enum Test {
    /// Its text is one of these.
    Is(Vec<Box<str>>),
    /// Its text is that of another path, and both are there.
    Same(Path),
    /// It is there, or it is not.
    Exists(bool),
    /// It is absent, `""` or `[]`; or it is not.
    Empty(bool),
    /// Its text matches.
    Matches(Regex),
    /// It does not pass.
    Not(Box<Test>),
}
