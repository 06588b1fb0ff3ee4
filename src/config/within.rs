//! The place in the file of something inside of a text that YAML has unquoted or folded.

use crate::yaml::Mark;

/// Where the byte `at` of `value` stands in `source`, when `value` was read at `mark`; the mark itself
/// when the file says it too differently, as where a variable was filled in.
///
/// Both are walked side by side, without the blanks that folding changes and the marks that quoting adds.
pub(super) fn within(source: &str, mark: &Mark, value: &str, at: usize) -> Mark {
    place(source, mark, value, at).unwrap_or_else(|| mark.clone())
}

fn place(source: &str, mark: &Mark, value: &str, at: usize) -> Option<Mark> {
    let wanted = value.get(..at)?.chars().filter(|c| !c.is_whitespace()).count();
    let mut file = Cursor::at(source, mark)?;
    let quote = match file.peek()? {
        quote @ ('"' | '\'') => {
            file.next();
            Some(quote)
        }
        '|' | '>' => {
            while file.next()? != '\n' {}
            None
        }
        _ => None,
    };
    let mut inside = value.chars().filter(|c| !c.is_whitespace());
    for _ in 0..wanted {
        let expected = inside.next()?;
        file.skip_blanks();
        if quote == Some('"') && file.peek() == Some('\\') && expected != '\\' {
            file.next();
        }
        if file.next()? != expected {
            return None;
        }
        // In single quotes and in double ones, what would end them is written twice.
        let twice = match (quote, expected) {
            (Some('\''), '\'') => Some('\''),
            (Some('"'), '\\') => Some('\\'),
            _ => None,
        };
        if twice.is_some() {
            file.next();
        }
    }
    // At the end of the value there is nothing behind the blanks that belongs to it.
    if inside.next().is_some() {
        file.skip_blanks();
    }
    Some(Mark { file: mark.file.clone(), line: file.line, column: file.column })
}

struct Cursor<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: u64,
    column: u64,
}

impl<'a> Cursor<'a> {
    fn at(source: &'a str, mark: &Mark) -> Option<Self> {
        let before = source.split_inclusive('\n').take(usize::try_from(mark.line).ok()? - 1);
        let before = before.map(str::len).sum();
        let mut rest = source.get(before..)?.chars();
        for _ in 1..mark.column {
            rest.next()?;
        }
        Some(Self { rest: rest.peekable(), line: mark.line, column: mark.column })
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        if c == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }
}
