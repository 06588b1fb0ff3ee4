//! What a page shows, held against what came: `…` stands for what it leaves out, and everything else is as it is shown.

use crate::receiver::Request;
use serde_json::Value;

/// Stands for anything.
const REST: &str = "…";

/// Headers that HTTP writes by itself.
const BY_HTTP: [&str; 2] = ["host", "content-length"];

/// Whether a text is what is shown of it.
pub(super) fn fits(shown: &str, came: &str) -> bool {
    let parts: Vec<&str> = shown.split(REST).collect();
    let [first, middle @ .., last] = &parts[..] else { return shown == came };
    let Some(mut rest) = came.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// What is wrong with printed lines: those that are shown follow each other, but where a line of `…` stands.
pub(super) fn printed(shown: &[String], came: &str) -> Result<(), String> {
    let came: Vec<&str> = came.trim_end().lines().collect();
    let mut rest = &came[..];
    let mut skips = shown.is_empty();
    for line in shown {
        if line == REST {
            skips = true;
            continue;
        }
        let here = rest.iter().position(|came| fits(line, came));
        match here {
            Some(at) if at == 0 || skips => rest = &rest[at + 1..],
            _ => return Err(format!("`{line}` is not printed:\n{}", came.join("\n"))),
        }
        skips = false;
    }
    match rest {
        [] => Ok(()),
        _ if skips => Ok(()),
        more => Err(format!("more is printed than is shown:\n{}", more.join("\n"))),
    }
}

/// What is wrong with a request that came.
pub(super) fn request(shown: &str, came: &Request) -> Result<(), String> {
    let (head, body) = shown.split_once("\n\n").unwrap_or((shown, ""));
    let (mut shown, mut lines) = (head.lines(), came.head.lines());
    let (line, own) = (shown.next().unwrap(), lines.next().unwrap());
    if !fits(line, own) {
        return Err(format!("`{line}` is `{own}`"));
    }
    headers(&shown.collect::<Vec<_>>(), &lines.collect::<Vec<_>>())?;
    let kind = header(came, "content-type").unwrap_or_default();
    let text = String::from_utf8_lossy(&came.body);
    if kind.contains("json") && body.trim() != REST {
        let value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
        return json("$", &serde_json::from_str(&completed(body)).unwrap(), &value);
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        return form(body, &came.body);
    }
    match fits(body.trim_end(), text.trim_end()) {
        true => Ok(()),
        false => Err(format!("the body is\n{text}\nand not\n{body}")),
    }
}

/// A form is shown so that it can be read: decoded, a line for each pair, in any order.
fn form(shown: &str, came: &[u8]) -> Result<(), String> {
    let pair = |(name, value)| format!("{name}={value}");
    let mut came: Vec<String> = form_urlencoded::parse(came).map(pair).collect();
    for line in shown.lines().filter(|line| *line != REST) {
        let Some(at) = came.iter().position(|came| fits(line, came)) else {
            return Err(format!("no `{line}` in {came:#?}"));
        };
        came.remove(at);
    }
    match came.is_empty() || shown.lines().any(|line| line == REST) {
        true => Ok(()),
        false => Err(format!("pairs that are not shown: {came:#?}")),
    }
}

/// The value of a header, whatever its case.
fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let mut pairs = request.head.lines().filter_map(|line| line.split_once(": "));
    pairs.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn headers(shown: &[&str], came: &[&str]) -> Result<(), String> {
    let pair = |line: &&str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_lowercase(), value.trim().to_owned()))
    };
    let mut came: Vec<_> = came.iter().filter_map(pair).collect();
    came.retain(|(name, _)| !BY_HTTP.contains(&name.as_str()));
    for (name, value) in shown.iter().filter_map(pair) {
        let found = came.iter().position(|(own, came)| *own == name && fits(&value, came));
        let Some(at) = found else {
            return Err(format!("no header `{name}: {value}` in {came:#?}"));
        };
        came.remove(at);
    }
    match shown.contains(&REST) || came.is_empty() {
        true => Ok(()),
        false => Err(format!("headers that are not shown: {came:#?}")),
    }
}

/// JSON with `…` in it, as JSON: a member, an element or a value that is called so.
fn completed(shown: &str) -> String {
    let (mut open, mut text) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for c in shown.chars() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '{' | '[' if !quoted => open.push(c),
            '}' | ']' if !quoted => drop(open.pop()),
            _ => {}
        }
        escaped = quoted && c == '\\' && !escaped;
        match (c, quoted, open.last()) {
            ('…', false, Some('{')) if !text.trim_end().ends_with(':') => text += "\"…\": 0",
            ('…', false, _) => text += "\"…\"",
            _ => text.push(c),
        }
    }
    text
}

fn json(path: &str, shown: &Value, came: &Value) -> Result<(), String> {
    match (shown, came) {
        (Value::String(rest), _) if rest == REST => Ok(()),
        (Value::String(shown), Value::String(came)) if fits(shown, came) => Ok(()),
        (Value::Object(shown), Value::Object(came)) => {
            let named = |name: &String| name != REST;
            for (name, shown) in shown.iter().filter(|(name, _)| named(name)) {
                let path = format!("{path}.{name}");
                let came = came.get(name).ok_or_else(|| format!("there is no {path}"))?;
                json(&path, shown, came)?;
            }
            let more = came.keys().find(|name| !shown.contains_key(*name));
            match more.filter(|_| !shown.contains_key(REST)) {
                Some(name) => Err(format!("{path}.{name} is not shown")),
                None => Ok(()),
            }
        }
        (Value::Array(shown), Value::Array(came)) => {
            let rest = shown.last().is_some_and(|last| last == REST);
            let shown = if rest { &shown[..shown.len() - 1] } else { &shown[..] };
            if came.len() < shown.len() || (came.len() > shown.len() && !rest) {
                return Err(format!("{path} has {} elements", came.len()));
            }
            let mut pairs = shown.iter().zip(came).enumerate();
            pairs.try_for_each(|(at, (shown, came))| json(&format!("{path}[{at}]"), shown, came))
        }
        (shown, came) if shown == came => Ok(()),
        (shown, came) => Err(format!("{path} is {came} and not {shown}")),
    }
}

/// What a page shows wrongly is found: else no recipe would prove anything.
#[test]
fn a_difference_is_a_fault() {
    let head = "POST /in?a=1 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nX-A: one two";
    let body = br#"{"a": [1, {"b": "x \"y\" z"}], "c": null}"#.to_vec();
    let came = Request { head: head.into(), body };
    let line = "POST /in?a=1 HTTP/1.1\nContent-Type: application/json";
    let full = format!("{line}\nx-a: one…");
    let right = r#"{ "a": [1, { "b": "x \"y\" z" }], "c": null }"#;
    for body in [right, "…", "{ … }", r#"{ "a": […], … }"#, r#"{ "a": [1, …], "c": … }"#]
    {
        assert_eq!(request(&format!("{full}\n\n{body}"), &came), Ok(()));
        assert_eq!(request(&format!("{line}\n…\n\n{body}"), &came), Ok(()));
    }
    let wrong = [
        r#"{ "a": [1, { "b": "x \"y\" z" }] }"#,
        r#"{ "a": [1], … }"#,
        r#"{ "a": [2, …], … }"#,
        r#"{ "a": [1, { "b": "x \"y\"" }], … }"#,
        r#"{ "c": 0, … }"#,
        r#"{ "d": null, … }"#,
    ];
    for body in wrong {
        assert!(request(&format!("{full}\n\n{body}"), &came).is_err(), "{body}");
    }
    for head in [line, &full.replace("a=1", "a=2"), &full.replace("one…", "two…")] {
        assert!(request(&format!("{head}\n\n…"), &came).is_err(), "{head}");
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for shown in ["a\nb\nc", "…\nc", "a\n…", "a\n…\nc", "", "…"] {
        assert_eq!(printed(&lines(shown), "a\nb\nc\n"), Ok(()));
    }
    for shown in ["a\nc", "a\nb", "b\nc", "a\nb\nc\nd", "…\nb", "…b\nc"] {
        assert!(printed(&lines(shown), "a\nb\nc\n").is_err(), "{shown}");
    }
}
