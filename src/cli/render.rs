//! `forgeway render`: the requests that a template makes of a delivery, without sending them.

use super::io::{self, NotUnderstood, print, remark};
use super::offline::{Delivery, Recorded};
use anyhow::{Result, bail};
use forgeway::config::{Credential, Format, Target, TargetUrl, Vars};
use forgeway::egress::{self, Formats, Origin};
use forgeway::event::Event;
use forgeway::mapping::{Example, Mappings};
use forgeway::scheme::Outbound;
use forgeway::secret::Secret;
use forgeway::store::Outgoing;
use forgeway::template::Templates;
use jiff::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Show the request that a template makes of a delivery, signed where a secret is given. Nothing is sent.
///
/// The delivery is a recorded one (--headers and BODY), or the first built-in example whose events are
/// so (--event, with --from of one forge).
/// Exit status 0: it was rendered. 1: it was not, and stderr says where and why.
///
/// Examples:
///   forgeway render --template ./chat --event pull_request.opened
///   forgeway render --template chat --templates ./templates --headers headers.json body.json
///   forgeway render --template ./chat --event push --var channel=builds --watch
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The folder of a template, or the name of one.
    #[arg(long, value_name = "DIR|NAME")]
    template: String,
    /// A folder of templates that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// An event, such as `push` or `pull_request.opened`: the first example that has it is taken.
    #[arg(long, value_name = "KIND[.ACTION]", conflicts_with = "headers")]
    event: Option<String>,
    /// A JSON object of header names to values.
    #[arg(long, value_name = "FILE", requires = "body")]
    headers: Option<PathBuf>,
    /// The forge it comes from; left out: told by its headers.
    #[arg(long, value_name = "FORGE")]
    from: Option<String>,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// What the target says for its template; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = io::parameter)]
    var: Vec<(String, String)>,
    /// The address of the target.
    #[arg(long, default_value = "https://target.invalid")]
    url: String,
    /// Sign the request with this secret.
    #[arg(long)]
    secret: Option<String>,
    /// The scheme that signs; left out: those that the template names.
    #[arg(long, requires = "secret")]
    scheme: Option<String>,
    /// Render again whenever a file changes that it is made from, until Ctrl-C.
    #[arg(long)]
    watch: bool,
    /// The body as it was sent; `-` reads stdin.
    #[arg(value_name = "BODY")]
    body: Option<PathBuf>,
}

impl Args {
    /// Prints the requests.
    pub(super) fn run(self) -> Result<ExitCode> {
        if self.event.is_none() && self.headers.is_none() {
            let message = "which delivery? give --event, or --headers and BODY";
            return Err(NotUnderstood(message.into()).into());
        }
        if self.watch {
            return self.watch();
        }
        self.once()?;
        Ok(ExitCode::SUCCESS)
    }

    fn once(&self) -> Result<()> {
        let delivery = self.delivery()?;
        self.render(&delivery, &delivery.normalize()?.events)
    }

    /// Prints them at once and after each change of what they are made from.
    fn watch(&self) -> Result<ExitCode> {
        let named = [self.headers.as_deref(), self.body.as_deref(), self.mappings.as_deref()];
        let named = named.into_iter().flatten();
        if named.clone().any(|path| path == Path::new("-")) {
            bail!("--watch reads everything anew: give files, and no `-`");
        }
        let Some(template) = self.folder().or(self.templates.as_deref()) else {
            bail!("--watch needs files: give --template a folder, or name one with --templates");
        };
        let watched: Vec<_> = [template].into_iter().chain(named).collect();
        super::watch::each_change(&watched, || {
            if let Err(error) = self.once() {
                io::complain(&error);
            }
        })
    }

    /// The template's folder, where one was named.
    fn folder(&self) -> Option<&Path> {
        let path = Path::new(&self.template);
        path.join("template.yaml").exists().then_some(path)
    }

    /// The templates, and the name of the one that is meant.
    fn template(&self) -> Result<(Templates, String)> {
        // `.` has no name of its own.
        let folder = self.folder().map(Path::canonicalize).transpose()?;
        let own: Vec<_> = folder.iter().cloned().collect();
        let templates = Templates::load(self.templates.as_deref(), &own)?;
        let name = match &folder {
            Some(folder) => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            None => self.template.clone(),
        };
        let Some(template) = templates.get(&name) else {
            let names: Vec<_> = templates.names().collect();
            let message = format!(
                "`{name}` is neither a folder with a template.yaml nor one of {}",
                names.join(", ")
            );
            return Err(NotUnderstood(message).into());
        };
        if !template.faults().is_empty() {
            let faults: Vec<_> = template.faults().iter().map(ToString::to_string).collect();
            bail!("{}", faults.join("\n"));
        }
        Ok((templates, name))
    }

    fn delivery(&self) -> Result<Delivery> {
        let mappings = Arc::new(Mappings::on_demand(self.mappings.as_deref())?);
        match (&self.headers, &self.body, &self.event) {
            (Some(headers), Some(body), _) => {
                let (headers, body) = (io::read_headers(headers)?, io::read_body(body)?);
                let received = super::offline::received(headers, body, Timestamp::now());
                Recorded::take(mappings, received, self.from.as_deref(), None)
            }
            (_, _, Some(key)) => {
                let example = self.example(&mappings, key)?;
                let known = example.given.known.clone();
                let received = example.received();
                Recorded::take(Arc::clone(&mappings), received, Some(&example.forge), known)
            }
            _ => Err(NotUnderstood("which body? give BODY beside --headers".into()).into()),
        }
    }

    /// The first example whose events are so.
    fn example(&self, mappings: &Mappings, key: &str) -> Result<Example> {
        let from = self.from.as_deref();
        let of = |example: &Example| from.is_none_or(|forge| forge == example.forge);
        let fits = |event: &Value| {
            let word = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
            key == word("kind") || key == format!("{}.{}", word("kind"), word("action"))
        };
        let has = |example: &Example| {
            let events = example.events.as_ref().and_then(Value::as_array);
            // What accompanies something else is not what was meant.
            events.is_some_and(|events| events.first().is_some_and(fits))
        };
        let mut examples = mappings.examples().into_iter().flatten();
        examples.find(|example| of(example) && has(example)).ok_or_else(|| {
            let from = from.map(|forge| format!(" from {forge}")).unwrap_or_default();
            NotUnderstood(format!("there is no example of `{key}`{from}: give --headers and BODY"))
                .into()
        })
    }

    fn render(&self, delivery: &Delivery, events: &[Event]) -> Result<()> {
        let (templates, name) = self.template()?;
        let url = TargetUrl::parse(&self.url).map_err(NotUnderstood)?;
        let vars = self.var.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
        let credential = |secret: &String| Credential {
            scheme: self.scheme.clone(),
            secrets: vec![Secret::new(secret)],
            ..Credential::default()
        };
        let target = Target {
            vars: Vars(vars.collect()),
            sign: self.secret.iter().map(credential).collect(),
            ..Target::new("offline", url, Format::Template(name.clone()))
        };
        let stored = delivery.verified.stored_body();
        let origin = Origin {
            forge: delivery.verified.forge(),
            body: &stored,
            word: delivery.verified.event_word(),
        };
        let formats = Formats { mappings: &delivery.mappings, templates: &templates };
        let places: Vec<(u32, &Event)> = (0..).zip(events).collect();
        let id = "00000000-0000-0000-0000-000000000000";
        let rendering = egress::render(formats, &target, origin, &places, id)?;
        for (event, reason) in &rendering.skipped {
            remark(format_args!("event {event} is not sent: {reason}"));
        }
        let schemes = templates.get(&name).map_or(&[][..], |template| &template.settings().sign);
        for made in rendering.requests {
            print(shown(&target, &made.request, schemes)?)?;
        }
        Ok(())
    }
}

/// A request as it is printed.
fn shown(target: &Target, request: &Outgoing, schemes: &[String]) -> Result<String> {
    let body = match &request.body {
        forgeway::store::OutgoingBody::Own(bytes) => bytes.to_vec(),
        forgeway::store::OutgoingBody::Delivery => Vec::new(),
    };
    let (method, url) = (request.method.parse()?, egress::address(target.url.expose(), request));
    let message = Outbound::new(&body, &request.id, Timestamp::now()).to(&method, &url);
    let proofs = egress::sign(&target.sign, None, schemes, &message)
        .map_err(|error| NotUnderstood(format!("--secret: {error}")))?;
    let headers = request.headers.iter().chain(&proofs.headers);
    let headers: String = headers.map(|(name, value)| format!("{name}: {value}\n")).collect();
    let body = proofs.body.unwrap_or(body);
    let url = proofs.url.unwrap_or_else(|| url.clone());
    Ok(format!("{method} {url}\n{headers}\n{}", String::from_utf8_lossy(&body)))
}
